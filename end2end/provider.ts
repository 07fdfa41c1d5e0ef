// An OpenID Connect provider that people sign in at, and a server of the program that knows it.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { type Database, program } from "./program";
import { type Running, start } from "./server";

const LEVEL = "https://data.gov.dk/concept/core/nsis/loa/";
const SECRET = "hemmeligt-nok-til-en-proeve";
const PROVIDER = new URL("../server/tests/it/oidc/provider.mjs", import.meta.url).pathname;

/** Starts both: the directory knows the primary adviser of the first family by an id, and MitID is for her parents. */
export async function startWithProvider(database: Database, seed: number): Promise<Running> {
  const folder = await mkdtemp(join(tmpdir(), "vores-plan-provider-"));
  const town = `Eksempelby Kommune (demo ${seed})`;
  const env: NodeJS.ProcessEnv = { VORES_PLAN_PROVIDERS: join(folder, "providers.json") };
  let provider: ChildProcess | undefined;
  const stopProvider = async () => {
    provider?.kill();
    await rm(folder, { recursive: true });
  };
  try {
    const running = await start(database, 1, seed, env, async (port) => {
      const url = `http://localhost:${port}`;
      provider = await startProvider(url, folder, town);
      return url;
    });
    await giveStaffId(running, folder, town);
    return { ...running, stop: () => running.stop().finally(stopProvider) };
  } catch (error) {
    await stopProvider();
    throw error;
  }
}

async function startProvider(url: string, folder: string, town: string) {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  await writeFile(join(folder, "secret"), SECRET);
  await writeFile(join(folder, "key.pem"), privateKey.export({ type: "pkcs8", format: "pem" }));
  const common = { post_logout_redirect_uris: [`${url}/`] };
  const clients = [
    {
      ...common,
      client_id: "ad",
      client_secret: SECRET,
      redirect_uris: [`${url}/oidc/ad/callback`],
      scope: "openid staff",
    },
    {
      ...common,
      client_id: "mitid",
      redirect_uris: [`${url}/oidc/mitid/callback`],
      token_endpoint_auth_method: "private_key_jwt",
      jwks: { keys: [{ ...publicKey.export({ format: "jwk" }), kid: "2026-1" }] },
    },
  ];
  const provider = spawn("node", [PROVIDER, JSON.stringify(clients)], { stdio: ["pipe", "pipe", "ignore"] });
  const [said] = await Promise.race([once(createInterface(provider.stdout), "line"), once(provider, "exit")]);
  if (typeof said !== "string") throw new Error("The provider did not start; run npm ci in server/tests/it/oidc.");
  const { issuer } = JSON.parse(said);
  const acr = [`${LEVEL}Substantial`, `${LEVEL}High`];
  const providers = [
    {
      key: "ad",
      title: { da: "Kommunens login", en: "Council login" },
      for: "staff",
      municipality: town,
      issuer,
      client_id: "ad",
      client_secret_file: "secret",
      scopes: ["staff"],
      acr,
      staff_claim: "employee_id",
    },
    { key: "mitid", title: "MitID", for: "citizens", issuer, client_id: "mitid", private_key_file: "key.pem", key_id: "2026-1", acr },
  ];
  await writeFile(join(folder, "providers.json"), JSON.stringify(providers));
  return provider;
}

async function giveStaffId({ place }: Running, folder: string, town: string) {
  const files = {
    families: "nr;navn\n",
    people: "nr;rolle;navn;medarbejder-id\ndemo-adviser;rådgiver;Karen Havblik;M-1001\n",
    goals: "nr;familie;område;mål\n",
    meetings: "nr;familie;emne;dato;fra;sted\n",
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, `${name}.csv`), text);
  await promisify(execFile)(program, ["import", folder, ...place.storage, "--municipality", town]);
}
