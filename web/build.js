// Builds everything the browser loads into dist/, under plain names; the Go
// program embeds that folder and adds a hash to each address.
//
//   amigo.css    Tailwind, daisyUI and our own styles, only what the pages use
//   amigo.js     our scripts, one module
//   htmx.js      htmx as published
//   icons.svg    one <symbol> per icon: our own drawings and the lucide names in icons.txt
//   favicon.svg  our mark

import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const at = (...parts) => join(here, ...parts);

function empty() {
  mkdirSync(at("dist"), { recursive: true });
  for (const name of readdirSync(at("dist"))) {
    if (name !== ".keep") rmSync(at("dist", name), { recursive: true });
  }
}

function styles() {
  const cli = at("node_modules/@tailwindcss/cli/dist/index.mjs");
  const args = [cli, "--input", "styles/app.css", "--output", "dist/amigo.css", "--minify"];
  execFileSync(process.execPath, args, { cwd: here, stdio: ["ignore", "ignore", "inherit"] });
}

function scripts() {
  esbuild.buildSync({
    entryPoints: [at("scripts/amigo.js")],
    outfile: at("dist/amigo.js"),
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    legalComments: "none",
  });
  copyFileSync(at("node_modules/htmx.org/dist/htmx.min.js"), at("dist/htmx.js"));
}

// A symbol keeps the drawing's attributes, so that it draws by itself in the
// colour of the text around it, and drops what only a lone file needs.
function symbol(name, svg) {
  const [, attributes, drawing] = svg.match(/<svg([^>]*)>([\s\S]*)<\/svg>/);
  const kept = attributes.replace(/\s(class|xmlns|width|height)="[^"]*"/g, "").replace(/\s+/g, " ");
  return `<symbol id="${name}"${kept}>${drawing.replace(/>\s+</g, "><").trim()}</symbol>`;
}

function icons() {
  const own = readdirSync(at("icons")).map((file) => [file.replace(/\.svg$/, ""), at("icons", file)]);
  const lucide = readFileSync(at("icons.txt"), "utf8")
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim())
    .filter(Boolean)
    .map((name) => [name, at("node_modules/lucide-static/icons", `${name}.svg`)]);
  const symbols = [...own, ...lucide].map(([name, file]) => symbol(name, readFileSync(file, "utf8")));
  writeFileSync(at("dist/icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
  copyFileSync(at("icons/amigo.svg"), at("dist/favicon.svg"));
}

function report() {
  for (const name of readdirSync(at("dist")).filter((name) => name !== ".keep")) {
    const file = at("dist", name);
    const packed = gzipSync(readFileSync(file), { level: 9 }).length;
    console.log(`${name.padEnd(12)} ${String(statSync(file).size).padStart(7)} bytes ${String(packed).padStart(6)} gzipped`);
  }
}

empty();
styles();
scripts();
icons();
report();
