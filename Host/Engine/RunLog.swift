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
    /// time, model, series, instrument, value (bits of a double)
    case series = 18
    /// round, settled, issued, model, instrument, horizon, kind; value, probability up, confidence,
    /// weight at issue, outcome, loss, cost (bits of doubles); state of the market, 1 heard + 2
    /// lost; loss of the position, its weight at issue (bits of doubles); latency
    case score = 19
    /// rounds settled before, change: 1 added, 2 retired, 3 suspended, 4 resumed; model, prior
    /// (bits of a double)
    case membership = 20
    /// time, account, instance, worth low, worth high, moved in low, moved in high; growth since
    /// the review before, its loss, part wanted, what waiting has cost, what a move is counted at
    /// (bits of doubles; NaN where there is none); 1 where its plugin is gone
    case capital = 21
    /// time, account, instance, request id, status, latency, bytes of the body, text index (its
    /// request's digest); when it is known what comes of a request: at once in a backtest
    case response = 22
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
    /// Words at the front that the sink has and the digest waits with, fewer than a round.
    private var kept = 0
    /// Words that the digest has taken.
    private var taken = 0
    private var lanes = SIMD4<UInt64>(
        0x9E37_79B9_7F4A_7C15, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9, 0x27D4_EB2F_1656_67C5)
    private let sink: RecordSink?
    private let counts: UnsafeMutablePointer<Int>

    private static let capacity = 8192
    /// Words that the digest takes at once, two for each lane.
    private static let round = 8

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

    /// Gives the sink what is new, and the digest whole rounds: what is left of one moves to the
    /// front, so that the digest does not depend on where the buffer was cut.
    @inline(never)
    private mutating func flush() {
        if let sink, used > kept {
            sink(UnsafeBufferPointer(start: buffer + kept, count: used - kept))
        }
        let whole = used - used % Self.round
        lanes = Self.mixed(lanes, buffer, whole)
        taken += whole
        used -= whole
        kept = used
        if whole > 0 { buffer.update(from: buffer + whole, count: used) }
    }

    /// Four lanes that do not wait for each other, each with two words of every round.
    private static func mixed(
        _ lanes: SIMD4<UInt64>, _ words: UnsafePointer<Int64>, _ count: Int
    ) -> SIMD4<UInt64> {
        var (a, b, c, d) = (lanes[0], lanes[1], lanes[2], lanes[3])
        var index = 0
        while index < count {
            a = folded(a, words + index, 0x9FB2_1C65_1E98_DF25)
            b = folded(b, words + (index &+ 2), 0xD6E8_FEB8_6659_FD93)
            c = folded(c, words + (index &+ 4), 0xA076_1D64_78BD_642F)
            d = folded(d, words + (index &+ 6), 0xE703_7ED1_A0B4_28DB)
            index &+= round
        }
        return SIMD4(a, b, c, d)
    }

    /// Both halves of a full product, and the lane once more, so that no factor of 0 forgets it.
    @inline(__always)
    private static func folded(
        _ lane: UInt64, _ words: UnsafePointer<Int64>, _ factor: UInt64
    ) -> UInt64 {
        let first = lane ^ UInt64(bitPattern: words[0])
        let product = first.multipliedFullWidth(by: UInt64(bitPattern: words[1]) ^ factor)
        return (product.high ^ product.low) &+ (lane << 23 | lane >> 41)
    }

    /// 128 bits over every word so far, as 32 hexadecimal digits. The sink has every record then.
    package mutating func digest() -> String {
        flush()
        (buffer + used).update(repeating: 0, count: Self.round - used)
        let last = Self.mixed(lanes, buffer, Self.round)
        let count = UInt64(taken + used)
        return [last[0] ^ last[2] &* 0x9FB2_1C65_1E98_DF25, last[1] ^ last[3] &* (count | 1)].map {
            let mixed = ($0 ^ count) &* 0xD6E8_FEB8_6659_FD93
            let text = String(mixed ^ mixed >> 32, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }.joined()
    }

    /// The digest of several streams: of one its own, else one over all of theirs in order.
    ///
    /// - Parameter digests: As ``digest()`` gave them.
    package static func joint(_ digests: [String]) -> String {
        if digests.count == 1, let only = digests.first { return only }
        var log = RunLog(nil)
        for digest in digests {
            // Once for each lane, so that every digit of the result follows from all of them.
            for _ in 0..<4 {
                log.take(UInt64(digest.prefix(16), radix: 16) ?? 0)
                log.take(UInt64(digest.suffix(16), radix: 16) ?? 0)
            }
        }
        return log.digest()
    }

    /// Takes one word that is no record.
    private mutating func take(_ word: UInt64) {
        if used == Self.capacity { flush() }
        buffer[used] = Int64(bitPattern: word)
        used += 1
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
