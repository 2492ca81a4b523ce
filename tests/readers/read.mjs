// Read an XMLTV file with a package of package.json: node read.mjs PACKAGE FILE. Prints a line of JSON for each channel and
// programme: [kind, id of the channel, start in epoch seconds, fields].
import { readFileSync, writeSync } from 'node:fs'
import { parseXmltv } from '@iptv/xmltv'
import epgParser from 'epg-parser'

const [, , reader, file] = process.argv
const text = readFileSync(file, 'utf8')
const found = reader === 'epg-parser' ? epgParser.parse(text) : parseXmltv(text)

let lines = []
function print(line) {
  lines.push(JSON.stringify(line))
  if (lines.length > 1000) flush()
}
function flush() {
  let rest = Buffer.from(lines.join('\n') + '\n')
  lines = []
  while (rest.length) {
    try {
      rest = rest.subarray(writeSync(1, rest))
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error
    }
  }
}

for (const { id, ...fields } of found.channels ?? []) print(['channel', id, 0, fields])
for (const { channel, start, stop, ...fields } of found.programmes ?? found.programs ?? []) {
  print(['programme', channel, start ? new Date(start).getTime() / 1000 : null, fields])
}
if (lines.length) flush()
