"""P3: the seal of a demonstration, keys on the command line, and a seal that does not fit."""

import re
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from api.key_acts import KeyActs
from cli import embedded, keys, serve
from cli.settings import BadSetting, Settings
from cli.upkeep import migrate
from cli.wiring import unlocked
from domain.seals import seal_of
from store import signing_keys
from store.database import Database
from store.seeding import load_world

OPERATOR, REQUESTER = "p-tom-ferrante-boateng", "p-amara-okafor"


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    made = Settings.model_validate({"state": tmp_path / "state", "database_url": "", "seal": ""})
    await migrate(made, lambda _: None)
    database = Database(made.database)
    await load_world(database)
    await database.close()
    return made


def test_the_seal_of_a_demonstration_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: embedded.seal(state), range(16)))
    assert len(made) == 1 and seal_of(made.pop())
    assert stat.S_IMODE((state / "seal").stat().st_mode) == 0o600
    assert [each.name for each in state.iterdir()] == ["seal"]


async def test_keys_are_listed_exchanged_and_revoked(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    async def said(command: Any) -> tuple[int, str, str]:
        code = await command
        out, err = capsys.readouterr()
        return code, out, err

    act, rotate = keys._act, keys._rotate  # pyright: ignore[reportPrivateUsage]
    capsys.readouterr()
    assert "There is no key yet" in (await said(keys.list_keys(settings)))[1]
    for who in (REQUESTER, "p-nobody"):
        code, out, err = await said(act(settings, who, rotate))
        assert (code, out) == (1, "") and err.startswith("sharecase: ") and err.endswith(".\n")
    code, out, _ = await said(act(settings, OPERATOR, rotate))
    assert code == 0 and "is published, and may sign from" in out
    code, _, err = await said(act(settings, OPERATOR, rotate))
    assert code == 1 and "may sign from" in err
    _, listed, _ = await said(keys.list_keys(settings))
    kid = next(line.split()[0] for line in listed.splitlines() if " current " in line)

    async def revoke(acts: KeyActs, person: Any) -> None:
        await keys._revoke(acts, person, kid)  # pyright: ignore[reportPrivateUsage]

    code, out, _ = await said(act(settings, OPERATOR, revoke))
    assert code == 0 and f"{kid} is revoked: 0 live tokens" in out
    assert (await said(act(settings, OPERATOR, revoke)))[0] == 1
    _, listed, _ = await said(keys.list_keys(settings))
    assert len(re.findall(r" current  published| revoked  gone", listed)) == 2


async def test_with_another_seal_nothing_starts(settings: Settings) -> None:
    """One sentence that says which setting and what to do; the program ends with 78 on it (test_settings)."""
    database = Database(settings.database)
    await unlocked(settings, database)
    other = settings.model_copy(update={"seal": "YW5vdGhlciBzZWFsIHRoYW4gdGhlIG9uZSBiZWZvcmU"})
    said: list[str] = []
    for begins in (serve.worker, serve.web):
        with pytest.raises(BadSetting, match=r"^SHARECASE_SEAL does not open the signing keys [^\n]+\.$"):
            await begins(other.model_copy(update={"port": 0}), said.append)
    assert not said

    async def revoke(
        acts: KeyActs, person: Any
    ) -> None:  # when the seal is lost: a new one, and the key is given up
        await keys._revoke(acts, person, kid)  # pyright: ignore[reportPrivateUsage]

    async with database.read() as connection:
        kid = (await signing_keys.all_of(connection))[0].key.kid
    assert await keys._act(other, OPERATOR, revoke, opens=False) == 0  # pyright: ignore[reportPrivateUsage]
    await unlocked(other, database)
    (settings.state / "seal").write_text("half a seal")
    with pytest.raises(BadSetting, match="is no seal any more: put back"):
        await unlocked(settings, database)
    await database.close()
