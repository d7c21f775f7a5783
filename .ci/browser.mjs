// Opens a page in Chromium that streams and watches paragraphs by a theme, with nothing but connect-web: over HTTP/1.1, over
// HTTP/2 with TLS and a key, and from an origin that may not call.
//
// usage: node browser.mjs PROGRAM, after `npm install --prefix target/ci` of what .ci/run names
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, normalize, resolve } from "node:path";
import { createInterface } from "node:readline";

const program = resolve(process.argv[2]);
const tools = resolve("target/ci");
const { chromium } = createRequire(`${tools}/`)("playwright-core");
const folder = mkdtempSync(join(tmpdir(), "alinea-browser-"));
const flags = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];
const ended = [() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })];

/** Runs a command and returns what it prints. */
function run(command, ...words) {
  return execFileSync(command, words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** Serves the page and its modules, and returns their origin. */
async function serveModules() {
  run("buf", "generate", "proto", "--template", JSON.stringify({
    version: "v2",
    plugins: [{ local: "protoc-gen-es", out: join(folder, "gen"), opt: ["target=js", "import_extension=js"] }],
  }));
  const roots = { modules: join(tools, "node_modules"), gen: join(folder, "gen") };
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url, "http://page").pathname);
    const [, root, ...rest] = path.split("/");
    const file = path === "/" ? ".ci/browser.html" : roots[root] && join(roots[root], ...rest);
    try {
      const text = readFileSync(file);
      response.writeHead(200, { "content-type": path === "/" ? "text/html" : "text/javascript" }).end(text);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  ended.push(() => server.close());
  return `http://127.0.0.1:${server.address().port}`;
}

/** Starts a server that pages of an origin may call, and returns its address. */
function serve(store, origin, ...flags) {
  const line = ["serve", "--listen", "127.0.0.1:0", "--data", join(folder, store), "--web-origin", origin, ...flags, "samples/"];
  const server = spawn(program, line, { stdio: ["ignore", "ignore", "pipe"] });
  ended.push(async () => {
    const end = server.exitCode ?? new Promise((exit) => server.on("exit", exit));
    server.kill("SIGTERM");
    assert.equal(await end, 0, "a server that is told to stop ends with 0");
  });
  return new Promise((serves, fails) => {
    server.on("exit", () => fails(new Error("the server ended before it served")));
    createInterface(server.stderr).on("line", (said) => {
      const address = /serving gRPC on (\S+);/.exec(said)?.[1];
      if (address) serves(address);
    });
  });
}

/** Opens the page, and returns it with the protocols that its calls were made over. */
async function open(context, origin, asked) {
  const page = await context.newPage();
  const protocols = new Set();
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  session.on("Network.responseReceived", ({ response }) => {
    if (response.mimeType.startsWith("application/grpc-web")) protocols.add(response.protocol);
  });
  await page.goto(`${origin}/?${new URLSearchParams({ theme: "terrorism", ...asked })}`);
  await page.waitForFunction(() => document.getElementById("state").textContent !== "reading");
  return { page, protocols };
}

/** The paragraphs that a page shows in a list. */
const shown = (page, list) =>
  page.$$eval(`#${list} li`, (items) => items.map(({ dataset, textContent }) => [dataset.name, textContent]));

/** The paragraphs that the program streams. */
const streamed = (...more) =>
  run(program, "stream", "--theme", "terrorism", "--format", "jsonl", ...more)
    .trim().split("\n").map((line) => JSON.parse(line)).map(({ name, text }) => [name, text]);

/** A page that may call reads what the program reads, and then what comes in while it looks on. */
async function reads(context, origin, asked, protocol, server) {
  const { page, protocols } = await open(context, origin, asked);
  assert.equal(await page.textContent("#state"), "read");
  const paragraphs = await shown(page, "paragraphs");
  assert.deepEqual(paragraphs, streamed(...server));
  assert.match(await page.textContent("#missing"), /^NotFound: .*google\.rpc\.ErrorInfo/);
  assert.deepEqual(await shown(page, "changes"), []);
  const words = "We condemn terrorism in all its forms, and we are determined to fight it with all the means of the law.";
  const text = join(folder, "since.txt");
  writeFileSync(text, `1. ${words}\n\n2. We thank the hosts for the meeting.\n`);
  run(program, "import", ...server, "--id", "since", text);
  await page.waitForSelector("#changes li");
  assert.deepEqual(await shown(page, "changes"), [["documents/since/paragraphs/para_1", words]]);
  assert.equal(await page.textContent("#state"), "read", "the watch goes on");
  assert.deepEqual([...protocols], [protocol]);
  console.log(`${protocol}: ${paragraphs.length} paragraphs, and one that came since; ${await page.textContent("#missing")}`);
}

async function main() {
  const [origin, other] = [await serveModules(), await serveModules()];
  const context = await chromium.launchPersistentContext(join(folder, "profile"), {
    executablePath: "/usr/bin/chromium",
    headless: true,
    args: flags,
    ignoreHTTPSErrors: true,
  });
  ended.push(() => context.close());
  context.setDefaultTimeout(30_000);

  const plain = await serve("plain", origin);
  await reads(context, origin, { server: `http://${plain}` }, "http/1.1", ["--server", `http://${plain}`]);

  const [certificate, key, keys] = ["crt", "key", "keys.toml"].map((name) => join(folder, name));
  run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
    "-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE",
    "-keyout", key, "-out", certificate);
  const token = run(program, "keys", "new", "--name", "page", "--role", "curator", "--file", keys).trim();
  const tls = await serve("tls", origin, "--tls-cert", certificate, "--tls-key", key, "--keys", keys);
  await reads(context, origin, { server: `https://${tls}`, key: token }, "h2",
    ["--server", `https://${tls}`, "--ca", certificate, "--token", token]);

  const { page: without } = await open(context, origin, { server: `https://${tls}` });
  assert.match(await without.textContent("#state"), /^Unauthenticated: .*google\.rpc\.ErrorInfo/);
  console.log(await without.textContent("#state"));

  const { page: refused } = await open(context, other, { server: `http://${plain}` });
  assert.match(await refused.textContent("#state"), /Failed to fetch/);
  assert.deepEqual(await shown(refused, "paragraphs"), []);
  console.log(`an origin that is not named: ${await refused.textContent("#state")}`);
}

try {
  await main();
} finally {
  for (const end of ended.reverse()) await end();
}
