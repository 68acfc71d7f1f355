import RialtoPluginHost
import RialtoValues

/// The market that every exhibit of the museum is shown: 500 bars of one instrument, made of
/// integers alone and for ever the same.
struct MuseumMarket {
    static let instrument = Instrument(
        name: "BTC/USD", venue: "", kind: .spot, priceDecimals: 2, quantityDecimals: 0,
        priceStep: 1, quantityStep: 1, currency: "USD", multiplier: 1)
    static let count = 500
    private static let minute: Int64 = 60_000_000_000

    /// Rows of one batch.
    let rows: Int
    /// Intents or forecasts heard.
    private(set) var answers = 0
    private var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    /// What goes wrong is part of what is heard.
    private var failure = ""

    private let time_ns: [Int64]
    private let open: [Int64]
    private let high: [Int64]
    private let low: [Int64]
    private let close: [Int64]
    private let of = [UInt32](repeating: 0, count: MuseumMarket.count)
    private let interval = [Int64](repeating: MuseumMarket.minute, count: MuseumMarket.count)
    private let volume = [Int64](repeating: 100, count: MuseumMarket.count)

    init(rows: Int) {
        self.rows = rows
        var state: UInt64 = 42
        var price: Int64 = 100_000
        var closes: [Int64] = []
        for _ in 0..<Self.count {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            price += Int64(state >> 33) % 1_001 - 500
            closes.append(price)
        }
        close = closes
        open = [100_000] + closes.dropLast()
        high = zip(open, closes).map { max($0, $1) + 7 }
        low = zip(open, closes).map { min($0, $1) - 7 }
        time_ns = (1...Int64(Self.count)).map { $0 * Self.minute }
    }

    /// Of all that was heard.
    var digest: String {
        failure.isEmpty ? String(hash, radix: 16) : failure
    }

    mutating func play(_ strategy: any RunningStrategy) {
        walk { market, view, first in
            var sink = IntentSink()
            guard let read = strategy.onBatch(view, &sink) else {
                market.failure = strategy.failure
                return nil
            }
            for intent in sink.intents {
                market.hear(first + Int(intent.row), Int64(intent.kind.rawValue))
                market.hear(Int(intent.instrument), intent.quantity)
                market.hear(Int(intent.orderType.rawValue), intent.price)
                market.answers += 1
            }
            return read
        }
    }

    mutating func play(_ model: any RunningModel) {
        walk { market, view, first in
            var forecasts: [ModelForecast] = []
            guard let read = model.onBatch(view, &forecasts) else {
                market.failure = model.failure
                return nil
            }
            for forecast in forecasts {
                market.hear(first + forecast.row, Int64(forecast.kind))
                market.hear(Int(forecast.instrument), forecast.horizon_ns)
                market.hear(0, Int64(bitPattern: forecast.value.bitPattern))
                market.hear(0, Int64(bitPattern: forecast.confidence.bitPattern))
                market.answers += 1
            }
            return read
        }
    }

    private mutating func hear(_ first: Int, _ second: Int64) {
        for word in [UInt64(first), UInt64(bitPattern: second)] {
            hash = (hash ^ word) &* 0x100_0000_01B3
            hash ^= hash >> 29
        }
    }

    /// Hands the bars over from the front, `rows` at a time; `body` says how many were read.
    private mutating func walk(
        _ body: (inout MuseumMarket, borrowing EventBatch, Int) -> Int?
    ) {
        var first = 0
        while first < Self.count {
            let end = min(Self.count, first + rows)
            guard let read = hand(first..<end, body) else { return }
            first += read
        }
    }

    private mutating func hand(
        _ range: Range<Int>, _ body: (inout MuseumMarket, borrowing EventBatch, Int) -> Int?
    ) -> Int? {
        let columns = [time_ns, open, high, low, close, interval, volume].flatMap { $0[range] }
        let count = range.count, of = of
        return columns.withUnsafeBufferPointer { columns in
            of.withUnsafeBufferPointer { of in
                guard let at = columns.baseAddress, let of = of.baseAddress else { return nil }
                var view = EventBatch()
                view.count = count
                view.singleKind = 11
                view.bars = BarEvents(
                    count: count, time_ns: at, openTime_ns: at, closeTime_ns: at, instrument: of,
                    interval_ns: at + 5 * count, open: at + count, high: at + 2 * count,
                    low: at + 3 * count, close: at + 4 * count, volume: at + 6 * count)
                return body(&self, view, range.lowerBound)
            }
        }
    }
}
