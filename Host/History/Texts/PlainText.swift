/// Makes plain text of what feeds hold: one line, no tags, no control characters.
enum PlainText {
    /// Elements that part words.
    private static let blocks: Set<String> = [
        "p", "br", "div", "li", "ul", "ol", "tr", "td", "th", "table", "h1", "h2", "h3", "h4",
        "h5", "h6", "blockquote", "hr", "section", "article", "img", "figure", "figcaption", "pre",
    ]
    /// Elements whose content nobody reads.
    private static let hidden: Set<String> = ["script", "style", "template", "noscript"]

    /// The words of a piece of HTML.
    static func words(html: String) -> String {
        guard html.utf8.contains(0x3C) || html.utf8.contains(0x26) else { return line(html) }
        let bytes = Array(html.utf8)
        var out: [UInt8] = [], at = 0, skipping: String?
        while at < bytes.count {
            guard bytes[at] == 0x3C, let tag = Tag(bytes, at) else {
                if skipping == nil { out.append(bytes[at]) }
                at += 1
                continue
            }
            at = tag.end
            if let name = skipping {
                if tag.isEnd, tag.name == name { skipping = nil }
                continue
            }
            if hidden.contains(tag.name), !tag.isEnd, !tag.isClosed { skipping = tag.name }
            if blocks.contains(tag.name) || hidden.contains(tag.name) { out.append(0x20) }
        }
        return line(Entities.replaced(out[...]))
    }

    /// A text on one line: runs of blanks and control characters become one blank.
    static func line(_ text: String) -> String {
        var out = String.UnicodeScalarView(), isBlank = true
        for scalar in text.unicodeScalars {
            if scalar.properties.isWhitespace || scalar.properties.generalCategory == .control {
                isBlank = true
                continue
            }
            if isBlank, !out.isEmpty { out.append(" ") }
            isBlank = false
            out.append(scalar)
        }
        return String(out)
    }

    /// A tag or comment of HTML; nil where `<` is a character.
    private struct Tag {
        var name = ""
        var isEnd = false
        var isClosed = false
        let end: Int

        /// Bytes of a tag: without an end by then `<` is a character. So no text takes long.
        private static let lengthMax = 4096

        init?(_ bytes: [UInt8], _ start: Int) {
            var at = start + 1
            guard at < bytes.count else { return nil }
            if bytes[at...].starts(with: [0x21, 0x2D, 0x2D]) {
                end = Tag.comment(bytes, at + 3)
                return
            }
            if bytes[at] == 0x2F {
                isEnd = true
                at += 1
            }
            guard at < bytes.count, (0x61...0x7A).contains(bytes[at] | 0x20) || bytes[at] == 0x21
            else { return nil }
            let first = at
            while at < bytes.count, !Tag.endsName(bytes[at]) { at += 1 }
            name = String(decoding: bytes[first..<at], as: UTF8.self).lowercased()
            var quote: UInt8 = 0
            let last = min(bytes.count, start + Tag.lengthMax)
            while at < last, quote != 0 || bytes[at] != 0x3E {
                let byte = bytes[at]
                if quote != 0 {
                    if byte == quote { quote = 0 }
                } else if byte == 0x22 || byte == 0x27 {
                    quote = byte
                }
                at += 1
            }
            guard at < last else { return nil }
            isClosed = bytes[at - 1] == 0x2F
            end = at + 1
        }

        private static func endsName(_ byte: UInt8) -> Bool {
            byte == 0x3E || byte == 0x2F || byte <= 0x20
        }

        private static func comment(_ bytes: [UInt8], _ start: Int) -> Int {
            var at = start
            while at + 2 < bytes.count {
                if bytes[at] == 0x2D, bytes[at + 1] == 0x2D, bytes[at + 2] == 0x3E { return at + 3 }
                at += 1
            }
            return bytes.count
        }
    }
}
