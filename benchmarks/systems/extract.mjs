// Reads a page as a line of JSON, {"html": ...}, and answers with {"content": HTML of the main content} or {"error": ...}.
// Runs in the folder that has the packages: node --input-type=module --eval SCRIPT NAME
import { createInterface } from "node:readline";
import { parseHTML } from "linkedom";

const say = process.stdout.write.bind(process.stdout);
for (const name of ["log", "info", "debug", "warn", "error"]) console[name] = () => {};

const loaders = {
  "readability-js": async () => {
    const { Readability } = await import("@mozilla/readability");
    return (html) => new Readability(parseHTML(html).document).parse()?.content;
  },
  defuddle: async () => {
    const { Defuddle } = await import("defuddle/node");
    return async (html) => (await Defuddle(parseHTML(html).document, "https://page.invalid/", { useAsync: false })).content;
  },
};

const extract = await loaders[process.argv.at(-1)]();
say("ready\n");
for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = { content: (await extract(JSON.parse(line).html)) ?? "" };
  } catch (error) {
    answer = { error: String(error).slice(0, 200) };
  }
  say(JSON.stringify(answer) + "\n");
}
