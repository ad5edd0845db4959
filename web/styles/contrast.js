// Computes the contrast of every pair of tokens that meets on a page, from styles/theme.css, and
// fails below WCAG 2.2 AA: 4.5 for text (1.4.3), 3 for shapes and the edges of controls (1.4.11).

import { readFileSync } from "node:fs";

const css = readFileSync(new URL("theme.css", import.meta.url), "utf8");
const grounds = ["--color-base-100", "--color-base-200"];
const inks = ["--color-base-content", "--ink-quiet", "--ink-link", "--ink-calm", "--ink-soon", "--ink-late", "--ink-done", "--ink-paused"];
const fills = ["primary", "secondary", "neutral", "info", "success", "warning", "error"];

const pairs = [
  ...inks.flatMap((ink) => grounds.map((ground) => [ink, ground, 4.5])),
  ...fills.map((name) => [`--color-${name}-content`, `--color-${name}`, 4.5]),
  ...["soon", "late", "done", "paused"].flatMap((name) => [
    [`--ink-${name}`, `--soft-${name}`, 4.5],
    ["--color-base-content", `--soft-${name}`, 4.5],
    ["--ink-quiet", `--soft-${name}`, 4.5],
  ]),
  ["--color-primary", "--soft-primary", 4.5],
  ["--color-base-content", "--soft-primary", 4.5],
  ["--ink-quiet", "--soft-primary", 4.5],
  ["--color-base-content", "--color-base-300", 4.5],
  ...grounds.map((ground) => ["--shape-soon", ground, 3]),
  ...grounds.map((ground) => ["--line-strong", ground, 3]),
  ...grounds.map((ground) => ["--color-primary", ground, 3]),
];

// oklch → oklab → linear sRGB, after the CSS Color 4 sample code; clipped to the gamut.
function linear([l, c, h]) {
  const a = c * Math.cos((h * Math.PI) / 180);
  const b = c * Math.sin((h * Math.PI) / 180);
  const cube = (x) => x ** 3;
  const L = cube(l + 0.3963377774 * a + 0.2158037573 * b);
  const M = cube(l - 0.1055613458 * a - 0.0638541728 * b);
  const S = cube(l - 0.0894841775 * a - 1.291485548 * b);
  return [
    4.0767416621 * L - 3.3077115913 * M + 0.2309699292 * S,
    -1.2684380046 * L + 2.6097574011 * M - 0.3413193965 * S,
    -0.0041960863 * L - 0.7034186147 * M + 1.707614701 * S,
  ].map((x) => Math.min(1, Math.max(0, x)));
}

const luminance = (colour) => linear(colour).reduce((sum, x, i) => sum + x * [0.2126, 0.7152, 0.0722][i], 0);

function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

function tokens(theme) {
  const found = [...theme.matchAll(/(--[\w-]+):\s*oklch\(([\d.]+)%\s+([\d.]+)\s+([\d.]+)\)/g)];
  return Object.fromEntries(found.map(([, name, l, c, h]) => [name, [l / 100, +c, +h]]));
}

let poor = 0;
for (const [, block] of css.matchAll(/@plugin "daisyui\/theme" \{([\s\S]*?)\n\}/g)) {
  console.log(`\n${block.match(/name: "(.+)"/)[1]}`);
  const colours = tokens(block);
  for (const [ink, ground, least] of pairs) {
    const ratio = contrast(colours[ink], colours[ground]);
    if (ratio < least) poor++;
    const verdict = ratio < least ? `below ${least}` : "";
    console.log(`  ${ratio.toFixed(2).padStart(5)}  ${ink.slice(2)} on ${ground.slice(2)} ${verdict}`);
  }
}
process.exitCode = poor > 0 ? 1 : 0;
