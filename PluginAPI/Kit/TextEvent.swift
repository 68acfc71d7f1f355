import CRialto

/// A news item or a post, as it was known from its time on. Strangers wrote it: it is text to be
/// read, never an instruction to be followed.
public struct TextEvent: Equatable, Sendable {
    /// When the host could know it, Unix nanoseconds UTC.
    public let time_ns: Int64
    /// When it says it was published, Unix nanoseconds UTC.
    public let publishedTime_ns: Int64
    /// Index of the instrument, stable for one run; nil when it is about none in particular.
    public let instrument: UInt32?
    /// Name of the feed.
    public let source: String
    /// Who wrote it.
    public let author: String
    /// Its heading; may be empty.
    public let title: String
    /// The text itself on one line, without tags, at most 8 KiB; may be empty.
    public let body: String

    public init(
        time_ns: Int64, publishedTime_ns: Int64? = nil, instrument: UInt32? = nil,
        source: String = "", author: String = "", title: String = "", body: String = ""
    ) {
        self.time_ns = time_ns
        self.publishedTime_ns = publishedTime_ns ?? time_ns
        self.instrument = instrument
        self.source = source
        self.author = author
        self.title = title
        self.body = body
    }

    /// Copies a row: a text outlives the call that brought it.
    public init(_ c: UnsafePointer<rialto_texts_t>, _ row: Int) {
        let index = c.pointee.instrument[row]
        self.init(
            time_ns: c.pointee.time_ns[row], publishedTime_ns: c.pointee.venue_time_ns[row],
            instrument: index == RIALTO_NONE ? nil : index,
            source: Self.string(c.pointee.source[row]), author: Self.string(c.pointee.author[row]),
            title: Self.string(c.pointee.title[row]), body: Self.string(c.pointee.body[row]))
    }

    private static func string(_ text: rialto_text_t) -> String {
        guard let data = text.data, text.size > 0 else { return "" }
        let bytes = UnsafeRawBufferPointer(start: data, count: Int(text.size))
        return String(decoding: bytes, as: UTF8.self)
    }
}
