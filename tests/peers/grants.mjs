// What others read in what we sign: npm jose (signature and claims) and @sd-jwt/jwt-status-list (the list).
// Nothing here is shipped. stdin: {"jwks", "issuer", "audience", "now", "tokens": [...], "list", "indices": [...]}
import { createLocalJWKSet, jwtVerify } from "jose";
import { getListFromStatusListJWT, getStatusListFromJWT } from "@sd-jwt/jwt-status-list";

let text = "";
for await (const chunk of process.stdin) text += chunk;
const told = JSON.parse(text);
const keys = createLocalJWKSet(told.jwks);
const usual = { algorithms: ["Ed25519"], currentDate: new Date(told.now * 1000) };

async function read(token, more) {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keys, { ...usual, ...more });
    return { payload, header: protectedHeader };
  } catch (error) {
    return { refused: error.code };
  }
}

const grant = { issuer: told.issuer, audience: told.audience, typ: "data-share-grant+jwt" };
const tokens = [];
for (const token of told.tokens) tokens.push(await read(token, grant));
const list = await read(told.list, { subject: getStatusListFromJWT(told.tokens[0]).uri, typ: "statuslist+jwt" });
const statuses = getListFromStatusListJWT(told.list);
const places = told.indices.map((index) => statuses.getStatus(index));
const entry = getStatusListFromJWT(told.tokens[0]);
console.log(JSON.stringify({ tokens, list, bits: statuses.getBitsPerStatus(), places, entry }));
