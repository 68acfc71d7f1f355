/// Reads JSON Feed and lines of posts.
///
/// A post is an object on a line of its own: `id`, `source`, `author`, `title`, `text`, `time` and
/// `received` (ISO 8601), `instruments` (a list of names). Only `id` or `text` must be there; other
/// keys are passed over.
///
/// - Source: JSON Feed version 1.1 (jsonfeed.org).
enum FeedJSON {
    private typealias Bytes = UnsafeBufferPointer<UInt8>

    static func document(_ bytes: [UInt8]) throws(TextFault) -> TextDocument {
        if let feed = try feed(bytes) { return feed }
        var entries: [TextEntry] = []
        for (number, line) in bytes.split(separator: 0x0A).enumerated() {
            guard line.contains(where: { $0 > 0x20 }) else { continue }
            guard entries.count < TextDocument.entriesMax else { break }
            entries.append(try post(Array(line), number + 1))
        }
        return TextDocument(form: .posts, entries: entries)
    }

    /// The document as a JSON Feed; nil when it is something else.
    private static func feed(_ bytes: [UInt8]) throws(TextFault) -> TextDocument? {
        let members = try? Members(bytes)
        guard let members, let version = members.text("version"),
            version.contains("jsonfeed.org/version")
        else { return nil }
        let source = PlainText.line(members.text("title") ?? "")
        var entries: [TextEntry] = []
        for item in try members.list("items").prefix(TextDocument.entriesMax) {
            entries.append(entry(try Members(item), source))
        }
        return TextDocument(form: .jsonFeed, entries: entries)
    }

    private static func entry(_ item: Members, _ source: String) -> TextEntry {
        var entry = TextEntry()
        entry.source = source
        entry.title = PlainText.line(item.text("title") ?? "")
        let html = item.text("content_html").map(PlainText.words(html:))
        let body = item.text("content_text").map(PlainText.line) ?? html
        entry.body = body ?? PlainText.line(item.text("summary") ?? "")
        let one = item.bytes("author").flatMap { try? Members($0) }
        let first = (try? item.list("authors").first).flatMap { $0 }.flatMap { try? Members($0) }
        entry.author = PlainText.line((first ?? one)?.text("name") ?? "")
        entry.id = PlainText.line(item.text("id") ?? item.text("url") ?? entry.title)
        (entry.published_ns, entry.hasBadTime) = time(item, "date_published")
        let (updated, isBad) = time(item, "date_modified")
        entry.updated_ns = updated
        entry.hasBadTime = entry.hasBadTime || isBad
        return entry
    }

    private static func post(_ line: [UInt8], _ number: Int) throws(TextFault) -> TextEntry {
        guard let item = try? Members(line) else {
            throw .form(at: 0, "line \(number) is no JSON object")
        }
        var entry = TextEntry()
        entry.source = PlainText.line(item.text("source") ?? "")
        entry.author = PlainText.line(item.text("author") ?? "")
        entry.title = PlainText.line(item.text("title") ?? "")
        entry.body = PlainText.line(item.text("text") ?? item.text("body") ?? "")
        entry.id = PlainText.line(item.text("id") ?? "")
        if entry.id.isEmpty { entry.id = entry.title.isEmpty ? entry.body : entry.title }
        guard !entry.id.isEmpty else {
            throw .form(at: 0, "line \(number) has neither id nor title nor text")
        }
        (entry.published_ns, entry.hasBadTime) = time(item, "time")
        let (received, isBad) = time(item, "received")
        entry.received_ns = received
        entry.hasBadTime = entry.hasBadTime || isBad
        entry.instruments = (try? item.list("instruments"))?.compactMap(JSONWord.text) ?? []
        return entry
    }

    private static func time(_ item: Members, _ key: String) -> (Int64?, isBad: Bool) {
        guard let text = item.text(key), !text.isEmpty else { return (nil, item.has(key)) }
        let time_ns = FeedTime.parse(text)
        return (time_ns, time_ns == nil)
    }

    /// The members of one object, each value as its own bytes.
    private struct Members {
        private var values: [String: [UInt8]] = [:]

        init(_ bytes: [UInt8]) throws(TextFault) {
            var found: [String: [UInt8]] = [:]
            do {
                try bytes.withUnsafeBufferPointer { bytes in
                    var scanner = JSONScanner(bytes)
                    try scanner.object { key, scanner throws(StreamFault) in
                        let name = String(decoding: key, as: UTF8.self)
                        found[name] = Array(try scanner.value())
                    }
                    try scanner.end()
                }
            } catch { throw .form(at: 0, "it is no JSON object") }
            values = found
        }

        func has(_ key: String) -> Bool {
            values[key].map { $0 != Array("null".utf8) } ?? false
        }

        func bytes(_ key: String) -> [UInt8]? { values[key] }

        func text(_ key: String) -> String? { values[key].flatMap(JSONWord.text) }

        func list(_ key: String) throws(TextFault) -> [[UInt8]] {
            guard let value = values[key], value.first == 0x5B else { return [] }
            var found: [[UInt8]] = []
            do {
                try value.withUnsafeBufferPointer { bytes in
                    var scanner = JSONScanner(bytes)
                    try scanner.array { scanner throws(StreamFault) in
                        found.append(Array(try scanner.value()))
                    }
                }
            } catch { throw .form(at: 0, "\(key) is no list") }
            return found
        }
    }
}

/// The characters of a JSON string.
enum JSONWord {
    private static let escapes: [UInt8: UInt8] = [
        0x22: 0x22, 0x5C: 0x5C, 0x2F: 0x2F, 0x62: 0x08, 0x66: 0x0C, 0x6E: 0x0A, 0x72: 0x0D,
        0x74: 0x09,
    ]

    /// A string with its quotes as text, a number as its digits; nil of other values, and where an
    /// escape means nothing.
    static func text(_ value: [UInt8]) -> String? {
        guard value.count >= 2, value.first == 0x22, value.last == 0x22 else {
            let isNumber = value.allSatisfy { (0x2B...0x39).contains($0) }
            return isNumber && !value.isEmpty ? String(decoding: value, as: UTF8.self) : nil
        }
        let inner = value[1..<value.count - 1]
        guard inner.contains(0x5C) else { return String(decoding: inner, as: UTF8.self) }
        var units: [UInt8] = [], at = inner.startIndex
        while at < inner.endIndex {
            guard inner[at] == 0x5C else {
                units.append(inner[at])
                at += 1
                continue
            }
            guard at + 1 < inner.endIndex else { return nil }
            if let plain = escapes[inner[at + 1]] {
                units.append(plain)
                at += 2
            } else if let (scalar, length) = scalar(inner[at...]) {
                units += String(scalar).utf8
                at += length
            } else {
                return nil
            }
        }
        return String(decoding: units, as: UTF8.self)
    }

    /// A character written as `\u1234`, or as a pair of them; half a pair is the replacement one.
    private static func scalar(_ bytes: ArraySlice<UInt8>) -> (Unicode.Scalar, Int)? {
        guard let first = unit(bytes) else { return nil }
        if let scalar = Unicode.Scalar(first) { return (scalar, 6) }
        if first < 0xDC00, let second = unit(bytes.dropFirst(6)), (0xDC00...0xDFFF) ~= second,
            let scalar = Unicode.Scalar(
                0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
        {
            return (scalar, 12)
        }
        return ("\u{FFFD}", 6)
    }

    private static func unit(_ bytes: ArraySlice<UInt8>) -> UInt16? {
        guard bytes.count >= 6, bytes.starts(with: [0x5C, 0x75]) else { return nil }
        let digits = bytes.dropFirst(2).prefix(4)
        guard digits.allSatisfy({ ($0 >= 0x30 && $0 <= 0x39) || (0x61...0x66) ~= $0 | 0x20 })
        else { return nil }
        return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}
