/// Kinds of records, in one total order.
package enum RecordKind: Int64, CaseIterable, Sendable {
    /// time, account, instance, sequence, kind, instrument, side | type << 8 | force << 16,
    /// order id, quantity, price, trigger, stop, take profit, reason, text index
    case intent = 1
    /// time, order, account, instance (-1 netted), purpose, instrument,
    /// side | type << 8 | force << 16, quantity, price, trigger, intent sequence, last price
    case order = 2
    /// time, order, state, reason, filled, last price
    case orderState = 3
    /// time, venue time, fill, order, account, instrument, side | liquidity << 8, price, quantity,
    /// fee low, fee high, position, cash low, cash high, the market's own price; here and below
    /// fees and cash are in the instrument's currency
    case fill = 4
    /// fill, instance, quantity, fee low, fee high (in the account's currency), position, cash low,
    /// cash high, intent sequence
    case share = 5
    /// time, crossing, account, instrument, instance, signed quantity, price, position, cash low,
    /// cash high, intent sequence
    case crossing = 6
    /// time, account, instance (-1 the account, -2 what no instance was given where that is in
    /// several currencies), equity low, equity high, cash low, cash high
    case equity = 7
    /// time, account, instance (-1 the account), code: 1 failed, 2 account halted, 3 broke a rule,
    /// 4 liquidated
    case event = 8
    /// time, account, instance, instrument, quantity, reason
    case refusal = 9
    /// time, model, instrument, kind, horizon, value, deviation, confidence, weight (bits of
    /// doubles)
    case forecast = 10
    /// time, instrument, probability up (bits of a double), models awake
    case opinion = 11
    /// time, instrument, price
    case price = 12
    /// time, parent, account, instance, instrument, side, algorithm, quantity, price, last price,
    /// order id (0 of targets that are worked), intent sequence; once more when it is replaced
    case parent = 13
    /// order, parent
    case child = 14
    /// time, parent, state, reason, filled (-1 of targets that are worked), last price
    case parentState = 15
    /// time, account, instance (-1 money of no instance), instrument, kind: 1 funding, 2 dividend,
    /// 3 fraction of a split, 4 the venue's cover of a loss; amount low, amount high (in the
    /// instrument's currency), position after, cash low, cash high, position before
    case payment = 16
    /// time, order, `MessageEvent`, and of what was heard: 1 accepted, 2 ended, 3 executed,
    /// 4 replaced, 5 replace refused; the fill, state or new order that it names
    case message = 17
}

/// What happens to the messages about an order, where they meet faults.
package enum MessageEvent: Int64, CaseIterable, Sendable {
    /// The order has left the host.
    case sent = 1
    /// It is at the venue.
    case reached = 2
    /// A copy came for which there was no use: a second one, or too late.
    case ignored = 3
    /// The host has heard a word of the venue.
    case heard = 4
    /// There was no answer in time.
    case unknown = 5
    /// The host asks.
    case asked = 6
    /// The venue does not have the order and will not take it any more.
    case neverCame = 7
    /// The host knows all of an order that has ended.
    case settled = 8
}

/// Where records go that are kept: called with whole records, valid during the call.
package typealias RecordSink = (UnsafeBufferPointer<Int64>) -> Void

/// What happened, as a stream of integer records with a running digest.
///
/// A record is a header word (kind << 32 | words) and its words. The digest covers every word in
/// order, so two runs with equal digests did the same things at the same times with the same money.
package struct RunLog: ~Copyable {
    private let buffer: UnsafeMutablePointer<Int64>
    private var used = 0
    private var lanes: (UInt64, UInt64) = (0x9E37_79B9_7F4A_7C15, 0xC2B2_AE3D_27D4_EB4F)
    private let sink: RecordSink?
    private let counts: UnsafeMutablePointer<Int>

    private static let capacity = 8192

    /// - Parameter sink: Takes the records that the digest has been told of; nil forgets them.
    package init(_ sink: RecordSink?) {
        self.sink = sink
        buffer = .allocate(capacity: Self.capacity)
        buffer.initialize(repeating: 0, count: Self.capacity)
        counts = .allocate(capacity: RecordKind.allCases.count + 1)
        counts.initialize(repeating: 0, count: RecordKind.allCases.count + 1)
    }

    deinit {
        buffer.deallocate()
        counts.deallocate()
    }

    /// Records so far of one kind.
    package func count(of kind: RecordKind) -> Int { counts[Int(kind.rawValue)] }

    /// Starts a record of `count` words; the caller stores exactly that many.
    @inline(__always)
    mutating func append(_ kind: RecordKind, _ count: Int) -> UnsafeMutablePointer<Int64> {
        if used &+ count &+ 1 > Self.capacity { flush() }
        let place = buffer + used
        place[0] = kind.rawValue << 32 | Int64(count)
        used &+= count &+ 1
        counts[Int(kind.rawValue)] &+= 1
        return place + 1
    }

    @inline(never)
    private mutating func flush() {
        var (a, b) = lanes
        var index = 0
        while index &+ 1 < used {
            a = RunLog.mixed(a, buffer[index], 0x9FB2_1C65_1E98_DF25)
            b = RunLog.mixed(b, buffer[index &+ 1], 0xD6E8_FEB8_6659_FD93)
            index &+= 2
        }
        lanes = (a, b)
        // Words take turns between the lanes, wherever the buffer was cut.
        if index < used { lanes = (b, RunLog.mixed(a, buffer[index], 0x9FB2_1C65_1E98_DF25)) }
        if let sink, used > 0 { sink(UnsafeBufferPointer(start: buffer, count: used)) }
        used = 0
    }

    @inline(__always)
    private static func mixed(_ lane: UInt64, _ word: Int64, _ factor: UInt64) -> UInt64 {
        let product = (lane ^ UInt64(bitPattern: word)) &* factor
        return product ^ product >> 32
    }

    /// 128 bits over every word so far, as 32 hexadecimal digits. The sink has every record then.
    package mutating func digest() -> String {
        flush()
        return [lanes.0, lanes.1].map { lane in
            let text = String(lane, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }.joined()
    }
}

/// The two words of a 128-bit amount.
@inline(__always)
func split(_ amount: Int128) -> (low: Int64, high: Int64) {
    (Int64(truncatingIfNeeded: amount), Int64(truncatingIfNeeded: amount >> 64))
}

/// The 128-bit amount of two words.
package func joined(low: Int64, high: Int64) -> Int128 {
    Int128(high) << 64 | Int128(UInt64(bitPattern: low))
}
