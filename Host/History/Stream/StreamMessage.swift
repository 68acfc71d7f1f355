/// What one message of a venue says, its numbers still text; valid until the next line is read.
struct StreamMessage {
    typealias Bytes = UnsafeBufferPointer<UInt8>

    enum Kind {
        /// Changes of the book since the message before.
        case depth
        /// A whole book.
        case snapshot
        case trade
        case quote
        case mark
        case openInterest
        /// A position that was closed by force; its order is the one print.
        case liquidation
        /// Something that no series takes.
        case other
    }

    /// One level of a book.
    struct Level {
        /// 1 a bid, 2 an ask.
        let side: UInt8
        let price: Bytes
        let quantity: Bytes
    }

    /// One print on the venue.
    struct Print {
        var price = StreamMessage.none
        var quantity = StreamMessage.none
        /// 1 the taker bought, 2 the taker sold, 0 not stated.
        var takerSide: UInt8 = 0
        var venueTime_ms: Int64?
        /// As the venue counts its trades; nil when its ids do not rise.
        var id: Int64?
    }

    var kind = Kind.other
    /// Name of what no series takes.
    var name = StreamMessage.none
    /// The venue's name of the instrument; empty where the message has none.
    var symbol = StreamMessage.none
    var venueTime_ms: Int64?
    /// The update that was the book's last before this message; nil when it does not say.
    var previous: Int64?
    /// The book's last update with this message.
    var last: Int64?
    /// Whether a trade is one of the open market; liquidations by the venue's own fund are not.
    var isMarketTrade = true
    /// Bids, then asks.
    var levels: [Level] = []
    var prints: [Print] = []
    var bidPrice = StreamMessage.none
    var bidQuantity = StreamMessage.none
    var askPrice = StreamMessage.none
    var askQuantity = StreamMessage.none
    var markPrice = StreamMessage.none
    /// Empty where the message has none.
    var indexPrice = StreamMessage.none
    var openInterest = StreamMessage.none

    /// Makes it empty and keeps its memory.
    mutating func clear() {
        var levels = levels, prints = prints
        levels.removeAll(keepingCapacity: true)
        prints.removeAll(keepingCapacity: true)
        self = StreamMessage()
        self.levels = levels
        self.prints = prints
    }

    static var none: Bytes { Bytes(start: nil, count: 0) }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether these are the bytes of `text`.
    @inline(__always)
    func equals(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        for index in 0..<count where self[index] != text.utf8Start[index] { return false }
        return true
    }

    /// At most 40 bytes, as text.
    var excerpt: String {
        let text = String(decoding: prefix(40), as: UTF8.self)
        return count > 40 ? text + "…" : text
    }
}
