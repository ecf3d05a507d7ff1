"""SSRF: what somebody typed is a name on the internet over TLS or nothing, and where it leads is public or nowhere."""

import pytest

from domain.outside_addresses import is_public, url_problem

HOSTILE = [
    "",
    "example.gov.uk",
    "//example.gov.uk/",
    "http://example.gov.uk/",
    "ftp://example.gov.uk/",
    "file:///etc/passwd",
    "gopher://example.gov.uk/",
    "javascript:alert(1)",
    "data:text/plain,x",
    "https://",
    "https:///path",
    "https://localhost/",
    "https://localhost./",
    "https://LOCALHOST/",
    "https://intranet/",
    "https://metadata.google.internal/",
    "https://printer.local/",
    "https://db.corp/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://0/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://example.0x7f/",
    "https://169.254.169.254/latest/meta-data/",
    "https://10.0.0.1/",
    "https://8.8.8.8/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[fe80::1%25eth0]/",
    "https://[fd00:ec2::254]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[v1.x]/",
    "https://[::1/",
    "https://user@example.gov.uk/",
    "https://user:secret@example.gov.uk/",
    "https://example.gov.uk@127.0.0.1/",
    "https://@example.gov.uk/",
    "https://example.gov.uk/#part",
    "https://example.gov.uk#@127.0.0.1/",
    "https://example.gov.uk\\@127.0.0.1/",
    "https:\\\\example.gov.uk/",
    "https://exa mple.gov.uk/",
    "https://example.gov.uk/a b",
    "https://example.gov.uk/\r\nHost: x",
    "\thttps://example.gov.uk/",
    "https://example.gov.uk\x00/",
    "https://ex%61mple.gov.uk/",
    "https://127%2e0%2e0%2e1/",
    "https://①②⑦.⓪.⓪.①/",
    "https://exämple.gov.uk/",
    "https://example。gov。uk/",
    "https://-example.gov.uk/",
    "https://exa_mple.gov.uk/",
    "https://example..uk/",
    "https://.example.gov.uk/",
    "https://example.gov.uk:22/",
    "https://example.gov.uk:25/",
    "https://example.gov.uk:80/",
    "https://example.gov.uk:0/",
    "https://example.gov.uk:65536/",
    "https://example.gov.uk:x/",
    "https://example.gov.uk:-1/",
    "https://" + "a" * 64 + ".uk/",
    "https://example.gov.uk/" + "a" * 500,
    "https://user@localhost/",
]


@pytest.mark.parametrize("url", HOSTILE)
@pytest.mark.parametrize("here", [False, True])
def test_a_hostile_address_is_refused_with_a_reason(url: str, here: bool) -> None:
    ours = here and url.lower().startswith(("https://localhost/", "https://127.0.0.1/", "https://[::1]/"))
    assert bool(url_problem(url, here=here)) is not ours


@pytest.mark.parametrize(
    "url",
    [
        "https://example.gov.uk",
        "https://example.gov.uk/sharecase?for=us",
        "https://HOOKS.example.gov.uk:8443/x",
        "https://example.gov.uk:443/",
        "https://example.gov.uk.:9000/",
        "https://xn--exmple-cua.gov.uk/",
    ],
)
def test_an_ordinary_address_is_taken(url: str) -> None:
    assert url_problem(url, here=False) is None


def test_this_computer_may_be_told_in_a_demonstration_only() -> None:
    for url in (
        "http://127.0.0.1:9/x",
        "http://localhost:8001/",
        "http://[::1]:8001/",
        "https://127.0.0.1:9/",
    ):
        assert url_problem(url, here=True) is None
        assert url_problem(url, here=False)
    assert url_problem("http://example.gov.uk/", here=True)
    assert url_problem("http://10.0.0.1/", here=True)
    assert url_problem("http://me@127.0.0.1:9/x", here=True)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "0.1.2.3",
        "10.1.2.3",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.255.255.254",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.0.9",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "::ffff:0:8.8.8.8",
        "64:ff9b::8.8.8.8",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:0:1::1",
        "2001:20::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:808:808::",
        "3fff::1",
        "4000::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "2a00::1%eth0",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
        "localhost",
        "127.1",
        "0x7f000001",
        "2130706433",
        "example",
    ],
)
def test_what_is_not_of_the_public_internet_is_not_dialled(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "151.101.0.144", "2a04:4e42::144", "2606:4700::1111"]
)
def test_what_is_public_is_dialled(address: str) -> None:
    assert is_public(address)
