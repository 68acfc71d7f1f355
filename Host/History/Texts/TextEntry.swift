/// What one entry of a feed or one post says, before it is known when the host could know it.
package struct TextEntry: Hashable, Sendable {
    package var id = ""
    /// Name of the feed; empty where the document has none.
    package var source = ""
    package var author = ""
    package var title = ""
    package var body = ""
    /// Unix nanoseconds UTC; nil when there is none that can be read.
    package var published_ns: Int64?
    package var updated_ns: Int64?
    /// When somebody received it, if the document says so.
    package var received_ns: Int64?
    /// Names of instruments that it says it is about.
    package var instruments: [String] = []
    /// Whether it states a time that cannot be read.
    package var hasBadTime = false

    package init() {}
}

/// What was read of one document.
package struct TextDocument: Sendable {
    /// What kind of document it is.
    package enum Form: String, Sendable {
        case rss = "RSS"
        case atom = "Atom"
        case jsonFeed = "JSON Feed"
        case posts = "posts"
    }

    package let form: Form
    package let entries: [TextEntry]

    /// Most entries of one document.
    package static let entriesMax = 1 << 20

    /// Reads RSS 0.9 to 2.0, Atom, JSON Feed or lines of posts, whichever it is.
    ///
    /// - Parameters:
    ///   - bytes: At most ``TextLimits/document``.
    ///   - name: What the document is called in messages.
    /// - Throws: ``HistoryError`` of kind `format` or `value`.
    package static func read(_ bytes: [UInt8], name: String) throws(HistoryError) -> TextDocument {
        do throws(TextFault) { return try read(bytes) } catch {
            throw error.inHouse.inFile(name)
        }
    }

    private static func read(_ bytes: [UInt8]) throws(TextFault) -> TextDocument {
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        let first = bytes[start...].first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        switch first {
        case 0x3C: return try FeedXML.document(bytes)
        case 0x7B: return try FeedJSON.document(Array(bytes[start...]))
        case nil: throw .unknown("nothing")
        default: throw .unknown(String(decoding: bytes[start...].prefix(40), as: UTF8.self))
        }
    }
}

extension TextFault {
    /// The fault as a message.
    var inHouse: HistoryError {
        switch self {
        case .form(let at, let what):
            HistoryError(
                .format, "the document cannot be read: \(what)", field: "byte \(at)",
                help: "check that all of it is there")
        case .tooDeep(let allowed):
            HistoryError(
                .format, "the document cannot be read: it nests too deeply",
                allowed: "\(allowed) levels")
        case .unknown(let found):
            HistoryError(
                .format, "the document is no feed and no posts", found: found,
                allowed: "RSS, Atom, JSON Feed, or a JSON object a line")
        case .encoding(let name):
            HistoryError(
                .format, "the document is written in letters that are not read", found: name,
                allowed: "UTF-8, ISO-8859-1 or US-ASCII", help: "convert it to UTF-8")
        }
    }
}
