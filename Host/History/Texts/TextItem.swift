/// One news item or post as it was known from one time on. A correction is another item.
///
/// What stands in it was written by strangers: it is read as text, never as an instruction.
package struct TextItem: Hashable, Sendable {
    /// When the host could have known it, Unix nanoseconds UTC.
    package var time_ns: Int64
    /// When it says it was published, Unix nanoseconds UTC; `time_ns` where it does not say.
    package var venue_time_ns: Int64
    /// `Instrument.name` of what it is about; empty when it is about none in particular.
    package var instrument: String
    /// Name of the feed.
    package var source: String
    package var author: String
    package var title: String
    package var body: String
    /// What the feed knows it by: the same item comes again under the same id.
    package var id: String

    package init(
        time_ns: Int64, venue_time_ns: Int64, instrument: String, source: String, author: String,
        title: String, body: String, id: String
    ) {
        self.time_ns = time_ns
        self.venue_time_ns = venue_time_ns
        self.instrument = instrument
        self.source = source
        self.author = author
        self.title = title
        self.body = body
        self.id = id
    }

    /// Its texts in the order in which they are stored.
    var texts: [String] { [instrument, source, author, title, body, id] }

    /// Whether both say the same, whenever that was known, and whenever they say it was published:
    /// feeds that move their dates about, or have none, tell nothing new by that.
    package func says(sameAs other: TextItem) -> Bool { texts == other.texts }
}

/// How long the texts of an item may be, in bytes of UTF-8. What is longer is cut, and counted.
package enum TextLimits {
    /// Of a body: a long page. So the longest batch of texts has a place in a worker's window.
    package static let body = 8192
    /// Of a title.
    package static let title = 1024
    /// Of a name: source, author, instrument.
    package static let name = 256
    /// Of an id.
    package static let id = 1024
    /// Of a document that is read: a feed's answer or a file of posts.
    package static let document = 256 << 20
    /// Rows of one series.
    package static let rows = 1 << 22
    /// Bytes of all texts of one series.
    package static let heap = 1 << 30

    /// The longest beginning of a text that fits, no character cut.
    package static func cut(_ text: String, _ limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        var end = text.utf8.index(text.utf8.startIndex, offsetBy: limit)
        while end > text.startIndex, String.Index(end, within: text) == nil {
            end = text.utf8.index(before: end)
        }
        return String(text[..<end])
    }
}
