// Opens pages in Chromium and holds each to what the reports promise: no request but for the page itself, no error
// on the console, nothing that axe finds against WCAG 2 AA in light and in dark, and nothing wider than the window.
//
//   node tests/browser/look.mjs [--shots FOLDER] PAGE...
//
// `CHROMIUM` names the browser, /usr/bin/chromium without it; `NODE_MODULES` the folder with playwright-core and
// axe-core, that of this file without it. The exit status is 1 if a page fails and 2 if nothing could be tried.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const from = process.env.NODE_MODULES ? join(resolve(process.env.NODE_MODULES), "x.js") : import.meta.url;
const require = createRequire(from);
const args = process.argv.slice(2);
const shots = args[0] === "--shots" ? args.splice(0, 2)[1] : null;
if (args.length === 0) {
  console.error("no page was named");
  process.exit(2);
}
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const WIDTHS = [360, 800, 1400];
const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

const faults = [];
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: FLAGS,
});
for (const path of args) {
  const url = pathToFileURL(resolve(path)).href;
  for (const colorScheme of ["light", "dark"]) {
    const where = `${basename(path)}, ${colorScheme}`;
    const context = await browser.newContext({ colorScheme, viewport: { width: WIDTHS[0], height: 900 } });
    const page = await context.newPage();
    page.on("request", (request) => {
      const asked = request.url();
      if (asked !== url && !asked.startsWith("data:")) faults.push(`${where}: asks for ${asked}`);
    });
    page.on("console", (message) => {
      if (message.type() === "error") faults.push(`${where}: console: ${message.text()}`);
    });
    page.on("pageerror", (error) => faults.push(`${where}: ${error}`));
    page.on("dialog", (dialog) => {
      faults.push(`${where}: a dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    await page.goto(url);
    for (const open of [false, true]) {
      await page.evaluate((open) => document.querySelectorAll("details").forEach((one) => (one.open = open)), open);
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        const wide = await page.evaluate(() => {
          const room = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= room) return null;
          // The innermost of what is too wide, save what stands in a box that scrolls.
          const out = [...document.body.querySelectorAll("*")].filter(
            (one) => one.getBoundingClientRect().right > room + 1 && !one.closest(".scroll"),
          );
          return out.slice(-3).map((one) => one.outerHTML.slice(0, 120)).join(" | ") || "something";
        });
        if (wide) faults.push(`${where}, ${width} px, ${open ? "open" : "closed"}: wider than the window: ${wide}`);
        if (shots && (open ? width === 800 : colorScheme === "light" || width === 1400)) {
          const name = `${basename(path, ".html")}-${colorScheme}-${width}${open ? "-open" : ""}.png`;
          await page.screenshot({ path: join(shots, name), fullPage: true });
        }
      }
      // What is closed is part of what is open. Not by a tag, which the content security policy would refuse.
      if (!open) continue;
      await page.evaluate(axe);
      const found = await page.evaluate(() =>
        axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
      );
      for (const { id, help, nodes } of found.violations) {
        faults.push(`${where}: axe: ${id}: ${help}: ${nodes.length}, such as ${nodes[0].html.slice(0, 160)}`);
      }
    }
    const scripts = await page.evaluate(() => document.scripts.length);
    if (scripts > 0) faults.push(`${where}: has ${scripts} scripts`);
    await context.close();
  }
  console.log(`${basename(path)}: looked at`);
}
await browser.close();
for (const fault of faults) console.error(fault);
process.exit(faults.length > 0 ? 1 : 0);
