/// Bytes of UTF-8 that somebody else keeps; laid out as `rialto_text_t`.
@frozen public struct TextBytes {
    /// Not ended by a zero byte; nil only when `size` is 0.
    public var data: UnsafePointer<CChar>?
    /// Bytes.
    public var size: UInt64

    public init(data: UnsafePointer<CChar>?, size: UInt64) {
        self.data = data
        self.size = size
    }
}

/// News and posts as columns in time order: untrusted text, never an instruction.
@frozen public struct TextColumns {
    /// Rows of every column.
    public var count: Int
    /// When the host could know it, Unix nanoseconds UTC; never falls.
    public var time_ns: UnsafePointer<Int64>
    /// When it says it was published, Unix nanoseconds UTC; may fall.
    public var venueTime_ns: UnsafePointer<Int64>
    /// Index of the instrument, stable for one run; UInt32.max when it is about none.
    public var instrument: UnsafePointer<UInt32>
    /// Name of the feed.
    public var source: UnsafePointer<TextBytes>
    /// Who wrote it.
    public var author: UnsafePointer<TextBytes>
    /// Its heading.
    public var title: UnsafePointer<TextBytes>
    /// The text itself, at most 8 KiB.
    public var body: UnsafePointer<TextBytes>

    public init(
        count: Int, time_ns: UnsafePointer<Int64>, venueTime_ns: UnsafePointer<Int64>,
        instrument: UnsafePointer<UInt32>, source: UnsafePointer<TextBytes>,
        author: UnsafePointer<TextBytes>, title: UnsafePointer<TextBytes>,
        body: UnsafePointer<TextBytes>
    ) {
        self.count = count
        self.time_ns = time_ns
        self.venueTime_ns = venueTime_ns
        self.instrument = instrument
        self.source = source
        self.author = author
        self.title = title
        self.body = body
    }
}

/// Rows of columns of texts. So small that whoever has none pays for one look.
@frozen public struct TextEvents {
    /// Rows.
    public var count: Int
    /// Row of `columns` that is the first one here.
    public var first: Int
    /// Valid while their owner lives.
    public var columns: UnsafePointer<TextColumns>

    public init(count: Int, first: Int, columns: UnsafePointer<TextColumns>) {
        self.count = count
        self.first = first
        self.columns = columns
    }

    /// Time of each row.
    @inlinable public var time_ns: UnsafePointer<Int64> { columns.pointee.time_ns + first }
}
