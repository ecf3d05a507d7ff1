// The strict peer: npm oidc-provider, somebody else's reading of the same standards. Nothing here is shipped.
// node oidc.mjs PORT CLIENT SECRET CALLBACK HOME BACK_CHANNEL
import Provider from "oidc-provider";

const [port, client, secret, callback, home, backChannel] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: client,
      client_secret: secret,
      redirect_uris: [callback],
      post_logout_redirect_uris: [home],
      backchannel_logout_uri: backChannel,
      token_endpoint_auth_method: "client_secret_basic",
      response_types: ["code"],
      grant_types: ["authorization_code"],
      id_token_signed_response_alg: process.env.ALG || "RS256",
    },
  ],
  pkce: { required: () => true },
  features: {
    devInteractions: { enabled: true },
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: { enabled: true },
  },
  claims: { openid: ["sub"], profile: ["name"] },
  cookies: { keys: ["only for tests"] },
  // It guards itself against being sent to its own computer; here that is where everybody is.
  fetch: (url, { dispatcher, ...options }) => fetch(url, options),
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: "Somebody Else" }) }),
});

provider.on("backchannel.error", (_, error) => console.error(error));
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
