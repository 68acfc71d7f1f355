/// Reads RSS and Atom.
///
/// - Source: RSS 2.0 specification (rssboard.org), RFC 4287 (Atom), RSS 1.0 modules for
///   `content:encoded` and `dc:creator`, `dc:date`.
enum FeedXML {
    static func document(_ bytes: [UInt8]) throws(TextFault) -> TextDocument {
        var reader = XMLReader(try decoded(bytes)), walk = Walk()
        while let event = try reader.next() {
            try walk.take(event)
        }
        guard let form = walk.form else { throw .unknown("XML of another kind") }
        let source = walk.source
        return TextDocument(
            form: form,
            entries: walk.entries.map { entry in
                var entry = entry
                if entry.source.isEmpty { entry.source = source }
                return entry
            })
    }

    /// The bytes as UTF-8, by the encoding that the first line states.
    private static func decoded(_ bytes: [UInt8]) throws(TextFault) -> [UInt8] {
        let head = String(decoding: bytes.prefix(200), as: UTF8.self)
        guard head.hasPrefix("<?xml"), let end = head.range(of: "?>"),
            let key = head[..<end.lowerBound].range(of: "encoding")
        else { return bytes }
        let value = head[key.upperBound..<end.lowerBound].drop { " =\"'".contains($0) }
        let name = value.prefix { !" \"'".contains($0) }.lowercased()
        switch name {
        case "utf-8", "utf8", "us-ascii", "ascii", "": return bytes
        case "iso-8859-1", "latin1", "windows-1252":
            return Array(String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) })).utf8)
        default: throw .encoding(name)
        }
    }

    /// What has been read so far.
    private struct Walk {
        var form: TextDocument.Form?
        var source = ""
        var entries: [TextEntry] = []
        /// The entry that is open.
        private var fields: Fields?
        /// Depth at which it began.
        private var entryDepth = 0
        private var depth = 0
        /// The field that is being read, and the depth at which it began.
        private var field: (name: String, type: String, depth: Int)?
        private var text = ""

        mutating func take(_ event: XMLReader.Event) throws(TextFault) {
            switch event {
            case .start(let name, let attributes): try start(name, attributes)
            case .text(let part): if field != nil { text += part }
            case .end(let name): end(name)
            }
        }

        private mutating func start(
            _ name: String, _ attributes: [String: String]
        ) throws(TextFault) {
            depth += 1
            let local = FeedXML.local(name)
            if form == nil {
                guard let found = FeedXML.form(local) else { throw .unknown("<\(name)>") }
                form = found
                return
            }
            // Elements inside a field are part of its text: those of XHTML part words.
            if field != nil {
                text += " "
                return
            }
            if local == "item" || local == "entry", fields == nil {
                fields = Fields()
                entryDepth = depth
            } else if fields != nil || local == "title" {
                field = (local, attributes["type"] ?? "", depth)
                text = ""
                if local == "link", let target = attributes["href"] {
                    fields?.link(target, attributes["rel"] ?? "alternate")
                }
            }
        }

        private mutating func end(_ name: String) {
            defer { depth -= 1 }
            if let field, field.depth == depth {
                self.field = nil
                if fields != nil {
                    fields?.set(field.name, field.type, text)
                } else if source.isEmpty {
                    source = PlainText.words(html: text)
                }
                return
            }
            if field != nil {
                text += " "
                return
            }
            guard let fields, depth == entryDepth else { return }
            if entries.count < TextDocument.entriesMax { entries.append(fields.entry) }
            self.fields = nil
        }
    }

    /// The fields of one entry, by the elements that they come from.
    private struct Fields {
        private var values: [String: String] = [:]
        private var types: [String: String] = [:]
        private var href = ""

        mutating func set(_ name: String, _ type: String, _ text: String) {
            // The first one counts, but for a name that is inside another element.
            let key = FeedXML.names[name] ?? name
            guard values[key] == nil || values[key]?.isEmpty ?? true else { return }
            values[key] = text
            types[key] = type
        }

        mutating func link(_ target: String, _ relation: String) {
            if relation == "alternate" || href.isEmpty { href = target }
        }

        /// A field as plain text: what says that it is plain is not read as HTML.
        private func plain(_ key: String) -> String {
            let text = values[key] ?? ""
            let isPlain = ["text", "xhtml", "text/plain"].contains(types[key] ?? "")
            return isPlain ? PlainText.line(text) : PlainText.words(html: text)
        }

        var entry: TextEntry {
            var entry = TextEntry()
            let link = PlainText.line(values["link"] ?? ""), id = PlainText.line(values["id"] ?? "")
            entry.title = plain("title")
            let body = plain("content")
            entry.body = body.isEmpty ? plain("summary") : body
            entry.author = plain("author")
            entry.id = [id, href, link, entry.title].first { !$0.isEmpty } ?? ""
            (entry.published_ns, entry.hasBadTime) = time("published")
            let (updated, isBad) = time("updated")
            entry.updated_ns = updated
            entry.hasBadTime = entry.hasBadTime || isBad
            return entry
        }

        private func time(_ key: String) -> (Int64?, isBad: Bool) {
            guard let text = values[key], !PlainText.line(text).isEmpty else { return (nil, false) }
            let time_ns = FeedTime.parse(text)
            return (time_ns, time_ns == nil)
        }
    }

    /// Elements that mean the same.
    private static let names = [
        "guid": "id", "content:encoded": "content", "description": "summary",
        "dc:creator": "author", "pubdate": "published", "dc:date": "published",
        "issued": "published", "modified": "updated",
    ]

    /// An element's name without the letters that feeds put before those of their own language.
    private static func local(_ name: String) -> String {
        let name = name.lowercased()
        for prefix in ["atom:", "a:", "rss:", "rdf:"] where name.hasPrefix(prefix) {
            return String(name.dropFirst(prefix.count))
        }
        return name
    }

    private static func form(_ root: String) -> TextDocument.Form? {
        switch root {
        case "rss", "rdf": .rss
        case "feed": .atom
        default: nil
        }
    }
}

extension String {
    /// Where a text comes first.
    fileprivate func range(of text: String) -> Range<String.Index>? {
        self[...].range(of: text)
    }
}

extension Substring {
    /// Where a text comes first.
    fileprivate func range(of text: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) {
                return start..<index(start, offsetBy: text.count)
            }
            start = index(after: start)
        }
        return nil
    }
}
