// Makes the files a browser asks for: node site.mjs PKG SITE
//
// PKG holds what wasm-bindgen made of the browser crate. SITE becomes the folder to serve: hashed
// files that never change under static/, the rest of public/ under its own name, a brotli file
// beside each file that gains from one, and assets.json, which says for each name its address and
// size. A file in a folder of public/ is hashed, one at its root keeps its name. Inside text, the
// plain address of a hashed file ("/main.css", "/icons/app.svg") is replaced by the hashed one.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

const BUDGETS = [
  { what: "style", names: ["main.css"], brotli: 9 * 1024 },
  { what: "script and WebAssembly", names: ["islands.js", "browser.wasm"], brotli: 40 * 1024 },
];
const PACKED = new Set([".avif", ".gif", ".ico", ".jpg", ".png", ".webp", ".woff2"]);

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const [pkg, site] = process.argv.slice(2);

const inputs = [
  ...[join(root, "public"), join(root, "style"), pkg].flatMap(filesIn),
  join(here, "site.mjs"),
  join(here, "package-lock.json"),
].map((file) => [relative(root, file), readFileSync(file)]);
const stamp = hashOf(...inputs.flat());
const stampFile = join(dirname(pkg), "site.stamp");

if (existsSync(join(site, "assets.json")) && existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp) {
  console.log("The site files are up to date.");
} else {
  rmSync(stampFile, { force: true });
  const assets = await makeSite();
  report(assets);
  writeFileSync(stampFile, stamp);
}

async function makeSite() {
  const esbuild = await import("esbuild");
  const binaryen = (await import("binaryen")).default;
  const assets = {};
  const written = new Set();

  const write = (name, path, data) => {
    const plain = Buffer.from(data);
    const packed = PACKED.has(extname(path)) ? plain : brotli(plain);
    const file = join(site, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, plain);
    written.add(file);
    if (packed.length < plain.length) {
      writeFileSync(`${file}.br`, packed);
      written.add(`${file}.br`);
    }
    assets[name] = { path, bytes: plain.length, brotli: Math.min(packed.length, plain.length) };
  };
  const writeHashed = (name, data) => {
    const extension = extname(name);
    const stem = name.slice(0, -extension.length).replaceAll("/", "-");
    write(name, `/static/${stem}.${hashOf(data).slice(0, 8)}${extension}`, data);
  };
  const withAddresses = (text) =>
    Object.entries(assets).reduce((text, [name, { path }]) => text.replaceAll(new RegExp(`(?<=["'(])/${name.replaceAll(".", "\\.")}(?=["')])`, "g"), path), text);

  const publicFiles = filesIn(join(root, "public")).map((file) => relative(join(root, "public"), file));
  for (const name of publicFiles.filter((name) => name.includes("/"))) {
    writeHashed(name, readFileSync(join(root, "public", name)));
  }

  const style = await esbuild.build({
    entryPoints: [join(root, "style/main.css")],
    bundle: true,
    minify: true,
    write: false,
    logLevel: "warning",
    plugins: [
      {
        name: "addresses",
        setup(build) {
          build.onResolve({ filter: /^\// }, ({ kind, path }) => (kind === "url-token" ? { path, external: true } : null));
        },
      },
    ],
  });
  writeHashed("main.css", withAddresses(style.outputFiles[0].text));

  const { glue, wasm } = shake(esbuild, binaryen);
  writeHashed("browser.wasm", wasm);
  const islands = await esbuild.build({
    entryPoints: [join(root, "public/islands.js")],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    write: false,
    logLevel: "warning",
    plugins: [
      {
        name: "pkg",
        setup(build) {
          build.onResolve({ filter: /^\/pkg\/browser\.js$/ }, ({ path }) => ({ path, namespace: "pkg" }));
          build.onLoad({ filter: /./, namespace: "pkg" }, () => ({ contents: glue }));
        },
      },
    ],
  });
  writeHashed("islands.js", islands.outputFiles[0].text.replace("/pkg/browser.wasm", assets["browser.wasm"].path));

  for (const name of publicFiles.filter((name) => !name.includes("/") && name !== "islands.js")) {
    const data = readFileSync(join(root, "public", name));
    write(name, `/${name}`, PACKED.has(extname(name)) ? data : withAddresses(data.toString()));
  }

  const list = join(site, "assets.json");
  writeFileSync(list, JSON.stringify(assets, null, 2));
  written.add(list);
  filesIn(site).filter((file) => !written.has(file)).forEach((file) => rmSync(file));
  return assets;
}

// Removes what the islands cannot reach. Leptos always brings exported classes (of streams) that
// the linker has to keep, and with them their part of the script; islands are plain functions.
function shake(esbuild, binaryen) {
  const { BulkMemory, BulkMemoryOpt, Multivalue, MutableGlobals, NontrappingFPToInt, ReferenceTypes, SignExt } = binaryen.Features;
  const module = binaryen.readBinary(readFileSync(join(pkg, "browser_bg.wasm")));
  module.setFeatures(BulkMemory | BulkMemoryOpt | Multivalue | MutableGlobals | NontrappingFPToInt | ReferenceTypes | SignExt);
  binaryen.setOptimizeLevel(2);
  binaryen.setShrinkLevel(2);

  let glue = readFileSync(join(pkg, "browser.js"), "utf8")
    .replace(/^export class \w+ \{[^]*?^\}\n(if \(Symbol\.dispose\).*\n)?/gm, "")
    .replace(/^const \w+Finalization = [^]*?;$/gm, "")
    .replace("export { initSync, ", "export { ");

  for (let round = 0; round < 2; round += 1) {
    const live = esbuild.buildSync({ stdin: { contents: glue }, bundle: true, format: "esm", write: false }).outputFiles[0].text;
    const called = new Set(Array.from(live.matchAll(/\bwasm\.(\w+)/g), ([, name]) => name));
    Array.from({ length: module.getNumExports() }, (_, at) => binaryen.getExportInfo(module.getExportByIndex(at)).name)
      .filter((name) => !called.has(name))
      .forEach((name) => module.removeExport(name));
    module.optimize();

    const wanted = new Set(WebAssembly.Module.imports(new WebAssembly.Module(module.emitBinary())).map(({ name }) => name));
    glue = glue.replace(/^ {8}(\w+): function\([^]*?^ {8}\}.*\n/gm, (entry, name) => (wanted.has(name) ? entry : ""));
  }
  module.runPasses(["strip-debug", "strip-producers", "strip-target-features"]);
  return { glue, wasm: module.emitBinary() };
}

function report(assets) {
  for (const [name, { bytes, brotli }] of Object.entries(assets)) {
    console.log(`${name.padEnd(32)} ${kB(bytes).padStart(9)} ${kB(brotli).padStart(9)} brotli`);
  }
  for (const { what, names, brotli } of BUDGETS) {
    const sum = names.reduce((sum, name) => sum + assets[name].brotli, 0);
    const verdict = `${what}: ${kB(sum)} of ${kB(brotli)} brotli`;
    if (sum > brotli) {
      console.error(`Too heavy. ${verdict}`);
      process.exit(1);
    }
    console.log(verdict);
  }
}

function brotli(data) {
  const { BROTLI_PARAM_LGWIN, BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT } = constants;
  return brotliCompressSync(data, {
    params: { [BROTLI_PARAM_QUALITY]: 11, [BROTLI_PARAM_LGWIN]: 22, [BROTLI_PARAM_SIZE_HINT]: data.length },
  });
}

function hashOf(...parts) {
  const hash = createHash("sha256");
  parts.forEach((part) => hash.update(part).update("\0"));
  return hash.digest("hex");
}

function filesIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name))
    .flatMap((file) => (statSync(file).isDirectory() ? filesIn(file) : [file]));
}

function kB(bytes) {
  return `${(bytes / 1024).toFixed(1)} kB`;
}
