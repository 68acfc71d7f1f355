/// Reads the lines of a recorded stream: when each was received, and what the venue said.
///
/// A line is Unix nanoseconds, a blank, and the venue's JSON as it was sent.
struct StreamReader {
    typealias Bytes = UnsafeBufferPointer<UInt8>

    /// The message of the line that was read last.
    private(set) var message = StreamMessage()
    /// Whose messages they are; known from the first one that only one venue sends.
    private(set) var venue: VenueStream?
    /// The venue's name of the instrument, from the first message that has one.
    private(set) var symbol = ""

    /// - Parameter venue: Whose messages they are; nil to find out.
    init(venue: VenueStream?) { self.venue = venue }

    /// Reads one line.
    ///
    /// - Returns: When it was received, Unix nanoseconds UTC.
    mutating func read(_ line: Bytes) throws(StreamFault) -> Int64 {
        var at = 0
        let time_ns = try Self.time(line, &at)
        message.clear()
        let envelope = try Envelope(Bytes(rebasing: line[at...]))
        if let channel = envelope.channel {
            try belongs(to: .hyperliquid)
            try message.readHyperliquid(channel: channel, envelope.payload)
        } else {
            let fields = try BinanceFields(envelope.payload, stream: envelope.stream, &message)
            try belongs(to: fields.venue)
            if message.kind == .snapshot, !fields.isWholeSnapshot { message.kind = .other }
        }
        try belongs(to: message.symbol)
        return time_ns
    }

    private mutating func belongs(to found: VenueStream?) throws(StreamFault) {
        guard let found else { return }
        if let venue, venue != found { throw .stranger(found.rawValue) }
        venue = found
    }

    private mutating func belongs(to name: Bytes) throws(StreamFault) {
        guard name.count > 0, message.kind != .other else { return }
        if symbol.isEmpty {
            symbol = name.excerpt
        } else if !symbol.utf8.elementsEqual(name) {
            throw .stranger(name.excerpt)
        }
    }

    private static func time(_ line: Bytes, _ at: inout Int) throws(StreamFault) -> Int64 {
        var time: Int64 = 0
        while at < line.count, line[at] &- 0x30 <= 9 {
            let (shifted, over) = time.multipliedReportingOverflow(by: 10)
            let (sum, overSum) = shifted.addingReportingOverflow(Int64(line[at] - 0x30))
            guard !over, !overSum else { throw .noTime }
            time = sum
            at += 1
        }
        guard at > 0, at < line.count, line[at] == 0x20 else { throw .noTime }
        return time
    }
}

/// What is around a message: the name of its stream or channel.
private struct Envelope {
    typealias Bytes = UnsafeBufferPointer<UInt8>

    /// The message itself.
    private(set) var payload: Bytes
    /// How Binance names what was subscribed to.
    private(set) var stream: Bytes?
    /// How Hyperliquid does.
    private(set) var channel: Bytes?

    init(_ bytes: Bytes) throws(StreamFault) {
        var scanner = JSONScanner(bytes)
        var stream: Bytes?, channel: Bytes?, data: Bytes?
        try scanner.object { (key, scanner) throws(StreamFault) in
            let value = try scanner.value()
            if key.equals("stream") {
                stream = JSONScanner.inner(value)
            } else if key.equals("channel") {
                channel = JSONScanner.inner(value)
            } else if key.equals("data") {
                data = value
            }
        }
        try scanner.end()
        self.stream = stream
        self.channel = channel
        payload = data ?? bytes
    }
}

extension JSONScanner {
    /// A whole number of 64 bits, 0 or more, from its text.
    static func count(_ text: Bytes, _ field: String) throws(StreamFault) -> Int64 {
        do throws(FieldFault) {
            guard text.count > 0 else { throw .missing }
            let value = try FieldText.price(text, decimals: 0)
            guard value >= 0 else { throw .outOfRange }
            return value
        } catch { throw .unusable(field, error) }
    }
}
