// An OpenID Connect provider for the tests: `node provider.mjs '[CLIENT…]'`, clients as in Dynamic Client Registration.
// It says on one line where it is, signs in whoever of accounts.json is chosen, at the level that is chosen, and takes new
// keys when it is told to.
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const LEVEL = "https://data.gov.dk/concept/core/nsis/loa/";
const accounts = JSON.parse(readFileSync(new URL("accounts.json", import.meta.url), "utf8"));
const clients = JSON.parse(process.argv[2]);
const cookieKeys = [randomUUID()];

const server = createServer((request, response) => handle(request, response).catch((error) => fail(response, error)));
server.listen(0, "127.0.0.1", () => {
  issuer = `http://127.0.0.1:${server.address().port}`;
  provider = withNewKeys();
  console.log(JSON.stringify({ issuer }));
});
// It lives no longer than whoever started it.
process.stdin.on("end", () => process.exit()).resume();

let issuer;
let provider;

function withNewKeys() {
  const key = (type, options, extra) => ({
    ...generateKeyPairSync(type, options).privateKey.export({ format: "jwk" }),
    use: "sig",
    kid: randomUUID(),
    ...extra,
  });
  const keys = [
    key("rsa", { modulusLength: 2048 }, { alg: "RS256" }),
    key("ec", { namedCurve: "P-256" }, { alg: "ES256" }),
  ];
  const made = new Provider(issuer, {
    jwks: { keys },
    clients,
    acrValues: ["Low", "Substantial", "High"].map((level) => LEVEL + level),
    claims: { openid: ["sub"], staff: ["employee_id"], email: ["email"] },
    conformIdTokenClaims: false,
    cookies: { keys: cookieKeys },
    features: {
      backchannelLogout: { enabled: true },
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: true },
    },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_, sub) => account(sub) && { accountId: sub, claims: () => account(sub) },
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope("openid staff email");
      grant.addOIDCClaims(["acr", "employee_id", "email"]);
      await grant.save();
      return grant;
    },
    // The back channel of the tests is on this machine, which is refused otherwise.
    fetch: (url, { dispatcher, ...options }) => fetch(url, options),
  });
  made.on("backchannel.error", (_, error) => console.error("a client was not told:", error));
  return made;
}

const account = (sub) => accounts.find((account) => account.sub === sub);

async function handle(request, response) {
  const { pathname } = new URL(request.url, issuer);
  if (pathname === "/new-keys") {
    provider = withNewKeys();
    response.end();
  } else if (pathname.startsWith("/interaction/")) {
    await interact(request, response);
  } else {
    await provider.callback()(request, response);
  }
}

async function interact(request, response) {
  if (request.method !== "POST") {
    const { params } = await provider.interactionDetails(request, response);
    response.setHeader("content-type", "text/html; charset=utf-8").end(page(params));
    return;
  }
  let body = "";
  for await (const chunk of request) body += chunk;
  const chosen = new URLSearchParams(body);
  const result = chosen.has("account")
    ? { login: { accountId: chosen.get("account"), acr: chosen.get("acr") || undefined } }
    : { error: "access_denied" };
  await provider.interactionFinished(request, response, result);
}

function page({ acr_values: asked = "", prompt = "" }) {
  const levels = ["Substantial", "High", "Low"].map((level) => `<option value="${LEVEL}${level}">${level}</option>`);
  const people = accounts.map(({ sub, name }) => `<p><button name="account" value="${sub}">${name}</button></p>`);
  return `<!doctype html><html lang="da"><meta name="viewport" content="width=device-width"><title>Prøvelogin</title>
    <h1>Prøvelogin</h1><p data-asked="${asked}" data-prompt="${prompt}"></p><form method="post">
    <label>Niveau <select name="acr">${levels.join("")}<option value="">None</option></select></label>
    ${people.join("")}<p><button name="cancel" value="yes">Fortryd</button></p></form></html>`;
}

function fail(response, error) {
  response.statusCode = 500;
  response.end(String(error.error_description ?? error));
}
