import { crc32 } from "../../src/core/crc32.ts";
import { fromBase64Url, toBase64Url } from "../../src/experiment/formats/base64url.ts";
import { deflate } from "../../src/experiment/formats/deflate.ts";
import { forgeBytes, forgeLink, frame, textOfLink } from "./forge.ts";
import { endOfValue } from "./mutate.ts";

export interface HandMade {
  readonly label: string;
  readonly fragment: string;
}

/** More than 200 links thought out by hand, around a valid one of at least two trials with curves. */
export async function handMadeLinks(valid: string): Promise<HandMade[]> {
  const json = await textOfLink(valid);
  const texts = [...strangeTexts(json), ...strangeNames(json), ...strangeNumbers(json)];
  const links = [...strangeFrames(valid), ...(await strangePacking(json))];
  for (const [label, text] of texts) links.push({ label, fragment: await forgeLink(text) });
  return links;
}

/** What surrounds the data: mark, alphabet, length. */
function strangeFrames(valid: string): HandMade[] {
  const body = valid.slice(4);
  const fragments = [
    "", "#", "##", "t", "tt", "tt1", "tt1.", "tt1..", "tt0.", "tt2.", "tt10.", "TT1.", "tt1.A", "tt1.AA", "tt1.AAAA", "tt1.AAAAA",
    "tt1.AAAAAA", "tt1.AAAAAAAA", "tt1.====", "tt1.////", "tt1.++++", "tt1.%00", "tt1.\u0000", "tt1.\ud800", "tt1.é", "tt1.人工",
    "/experiment", "__proto__", "constructor", "javascript:alert(1)", "data:text/html,x", "<script>", "?x=1", "null", "{}", "[]",
    `tt2.${body}`, `tt0.${body}`, `tt1.tt1.${body}`, `tt1.${body}=`, `tt1.${body} `, `tt1. ${body}`, `tt1.${body}\n`,
    `tt1.${body}A`, `tt1.${body}AAAA`, `tt1.${body}${body}`, `tt1.${body.slice(1)}`, `tt1.${body.slice(4)}`,
    `tt1.${body.slice(0, -1)}`, `tt1.${body.slice(0, -4)}`, `tt1.${body.slice(0, body.length / 2)}`, `tt1.${[...body].reverse().join("")}`,
    `tt1.${body.toUpperCase()}`, `tt1.${body.toLowerCase()}`, `tt1.${encodeURIComponent(body)}%`, `#tt2.${body}`, `##tt1.${body}`,
    "tt1." + "A".repeat(65_000), "tt1." + "A".repeat(66_000), "tt1." + "_".repeat(65_000), "A".repeat(1_000_000), "tt1.".repeat(10_000),
  ]; // prettier-ignore
  return fragments.map((fragment, i) => ({ label: `frame ${i}`, fragment }));
}

/** What is packed: no text, other encodings, wrong checksums, several streams. */
async function strangePacking(json: string): Promise<HandMade[]> {
  const bytes = new TextEncoder().encode(json);
  const packed = await deflate(bytes);
  const sum = crc32(bytes);
  const framed: [string, string][] = [
    ["checksum 0", frame(packed, 0)],
    ["checksum off by one", frame(packed, (sum + 1) >>> 0)],
    ["checksum of the packed data", frame(packed, crc32(packed))],
    ["empty stream", frame(new Uint8Array(0), 0)],
    ["one byte", frame(new Uint8Array([0]), 0)],
    ["stored block of false length", frame(new Uint8Array([1, 255, 255, 0, 0]), 0)],
    ["reserved block type", frame(new Uint8Array([7, 0, 0, 0]), 0)],
    ["no packing at all", frame(bytes, sum)],
    ["two streams", frame(Uint8Array.from([...packed, ...packed]), sum)],
    ["a tail", frame(Uint8Array.from([...packed, 0]), sum)],
    ["without its end", frame(packed.subarray(0, -1), sum)],
    ["without its middle", frame(Uint8Array.from([...packed.subarray(0, 40), ...packed.subarray(60)]), sum)],
    ["unpadded twice", `tt1.${toBase64Url(fromBase64Url(toBase64Url(frameBytes(packed, sum))))}A`],
  ]; // prettier-ignore
  const contents: [string, Uint8Array<ArrayBuffer>][] = [
    ["empty text", new Uint8Array(0)],
    ["one NUL", new Uint8Array(1)],
    ["invalid UTF-8", new Uint8Array([0xff, 0xfe, 0xfd])],
    ["overlong UTF-8", new Uint8Array([0x22, 0xc0, 0xaf, 0x22])],
    ["a surrogate in UTF-8", new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ["a BOM first", Uint8Array.from([0xef, 0xbb, 0xbf, ...bytes])],
    ["UTF-16", new Uint8Array(new Uint16Array([...json].map((c) => c.charCodeAt(0))).buffer)],
    ["packed twice", packed],
  ];
  for (const [label, content] of contents) framed.push([label, await forgeBytes(content)]);
  framed.push(["version 2 with a right checksum", await forgeBytes(bytes, "tt2.")]);
  return framed.map(([label, fragment]) => ({ label, fragment }));
}

const frameBytes = (packed: Uint8Array, sum: number): Uint8Array =>
  fromBase64Url(frame(packed, sum).slice(4));

/** Texts that are no JSON, JSON that is no experiment, and nesting without end. */
function strangeTexts(json: string): [string, string][] {
  const nested = (open: string, close: string, depth: number): string =>
    open.repeat(depth) + close.repeat(depth);
  const object = (depth: number): string => '{"a":'.repeat(depth) + "1" + "}".repeat(depth);
  const texts = [
    "null", "true", "0", '""', "[]", "{}", "NaN", "undefined", "Infinity", "'x'", "{a:1}", '{"a":1,}', "[,]", "// x\n{}", "{} {}",
    json + json, json.slice(0, -1), json.slice(1), json.slice(0, json.length / 2), `[${json}]`, `{"link":${json}}`, JSON.stringify(json),
    `{"__proto__":${json}}`, `{"constructor":${json}}`, json.replace("{", '{"__proto__":{"polluted":1},'),
    json.replace("{", '{"__proto__":null,'), json.replace("{", '{"toString":1,"valueOf":1,"hasOwnProperty":1,'),
    json.replace("{", '{"name":"first",'), json.replace("{", '{"trials":[],'), json.replace(/}$/, ',"trials":{}}'),
    json.replace("{", '{"\\ud800":1,'), json.replace("{", '{"":1,'), json.replaceAll('"', "'"), json.replaceAll(":", "="),
  ]; // prettier-ignore
  const deep = [100, 10_000, 500_000, 1_000_000];
  return [
    ...texts.map((text, i): [string, string] => [`text ${i}`, text]),
    ...deep.map((d): [string, string] => [`arrays ${d} deep`, nested("[", "]", d)]),
    ...deep.map((d): [string, string] => [`objects ${d} deep`, object(d)]),
    ...deep.map((d): [string, string] => [`open arrays ${d} deep`, "[".repeat(d)]),
    ...["config", "space", "trials", "name", "lim"].flatMap((field) =>
      [33, 1_000, 100_000].map((d): [string, string] => [
        `${field} nested ${d} deep`,
        replaced(json, field, field === "config" || field === "space" ? object(d) : nested("[", "]", d)),
      ]),
    ),
  ]; // prettier-ignore
}

const inherited = [
  "__proto__", "constructor", "prototype", "toString", "valueOf", "hasOwnProperty", "isPrototypeOf", "__defineGetter__",
  "__lookupSetter__", "toLocaleString", "then", "toJSON", "length", "\\ud800", "\\u0000", "",
]; // prettier-ignore

/** Inherited and broken names wherever a name is looked up. */
function strangeNames(json: string): [string, string][] {
  return inherited.flatMap((name): [string, string][] => [
    [`experiment named ${name}`, replaced(json, "name", `"${name}"`)],
    [
      `parameter ${name}`,
      replaced(json, "space", `{"${name}":{"_type":"choice","_value":[1,2]},"lr":{"_type":"uniform","_value":[0,1]}}`),
    ],
    [`parameter type ${name}`, replaced(json, "space", `{"lr":{"_type":"${name}","_value":[0,1]}}`)],
    [`trial parameter ${name}`, replaced(json, "p", `{"${name}":{"${name}":1}}`)],
    [`tuner ${name}`, replaced(json, "config", `{"tuner":{"name":"${name}","classArgs":{"${name}":1}}}`)],
    [`setting ${name}`, replaced(json, "config", `{"${name}":1,"tuner":{"name":"TPE"}}`)],
    [`status ${name}`, replaced(json, "status", `"${name}"`)],
    [`trial status ${name}`, replaced(json, "s", `"${name}"`)],
    [`model ${name}`, replaced(json, "config", `{"tuner":{"name":"TPE"},"tabtune":{"defaults":{"model":"${name}","activation":"${name}"}}}`)],
  ]); // prettier-ignore
}

const numbers = ["1e308", "-1e308", "1e999", "-0", "5e-324", "9007199254740993", "-1", "1.5"];

/** The ends of the number line wherever a number stands. */
function strangeNumbers(json: string): [string, string][] {
  const fields = ["seed", "at", "ms", "c", "n", "f", "a", "b", "z", "e", "lr"];
  return fields.flatMap((field) =>
    numbers.map((value): [string, string] => [`${field} = ${value}`, replaced(json, field, value)]),
  );
}

/** The text with the first value of this name replaced. */
export function replaced(json: string, field: string, value: string): string {
  const at = json.indexOf(`"${field}":`);
  if (at < 0) throw new Error(`the valid link has no field ${field}`);
  const start = at + field.length + 3;
  return json.slice(0, start) + value + json.slice(endOfValue(json, start));
}
