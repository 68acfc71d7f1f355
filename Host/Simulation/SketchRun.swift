import RialtoEngine
import RialtoExecution
import RialtoLedger
import RialtoMatching
import RialtoRisk
import RialtoValues

/// A coin with two price decimals and no quantity decimals: cash counts in cents.
package func sketchCoin(
    _ name: String = "BTC/USD", kind: InstrumentKind = .spot, step: Int64 = 1
)
    -> Instrument
{
    Instrument(
        name: name, venue: "", kind: kind, priceDecimals: 2, quantityDecimals: 0, priceStep: 1,
        quantityStep: step, currency: "USD", multiplier: 1)
}

/// One cent, in units of 10^-18 of the account's currency.
package let cent: Int128 = 10_000_000_000_000_000

/// Everything that a run of the engine follows from, with quiet settings to start from.
package struct SketchRun {
    package var instruments = [sketchCoin()]
    package var venue = VenueModel(
        path: .nearestExtreme, limitRule: .through, maker: Rate(e9: 0), taker: Rate(e9: 0),
        slippage: Rate(e9: 0))
    package var latency = LatencyModel(order_ns: 0, report_ns: 0)
    package var crossing = CrossingPrice.close
    package var market: MarketSketch
    /// First entry of the run; what lies before is warm-up.
    package var start = 0
    package var accounts: [AccountSetup] = []
    package var batchLimit = 4096
    package var sampling_ns: Int64 = 3_600_000_000_000
    /// Through which orders and answers go; none at first.
    package var exchange: ExchangePort?
    /// What happens to instruments, by time.
    package var events: [InstrumentEvent] = []
    /// Currencies; nil for one that all share.
    package var currencies: CurrencySetup?
    /// Further markets that feeds of instances point into.
    package var kept: [MarketSketch] = []

    package init(market: MarketSketch) { self.market = market }

    /// Runs it to the end of the data.
    package func execute() throws(EngineError) -> SketchOutcome { try execute(setup) }

    /// Runs groups of its accounts, each with an engine of its own.
    ///
    /// - Parameter groups: Indices of accounts. Strategies have a memory: each one runs once.
    package func execute(
        groups: [[Int]]
    ) throws(EngineError) -> [SketchOutcome] {
        var outcomes: [SketchOutcome] = []
        for group in groups { outcomes.append(try execute(setup.part(group))) }
        return outcomes
    }

    /// Its accounts in groups that cannot reach each other.
    package var independentAccounts: [[Int]] { setup.independentAccounts }

    private var setup: EngineSetup {
        var setup = EngineSetup(
            instruments: instruments, venue: venue, latency: latency, crossing: crossing,
            feed: market.feed, start: start, accounts: accounts, batchLimit: batchLimit,
            sampling_ns: sampling_ns, exchange: exchange)
        setup.events = events
        if let currencies { setup.currencies = currencies }
        return setup
    }

    private func execute(_ setup: EngineSetup) throws(EngineError) -> SketchOutcome {
        // The engine reads the columns of the markets until it is done.
        defer { withExtendedLifetime((market, kept)) {} }
        var words: ContiguousArray<Int64> = []
        var engine = try Engine(
            setup, forecaster: nil, records: { words.append(contentsOf: $0) })
        try engine.run()
        let digest = engine.digest()
        return SketchOutcome(
            digest: digest, words: words, texts: engine.texts, reserveFault: engine.reserveFault())
    }

    /// How its instruments are valued, in one currency.
    func valuations() throws(LedgerError) -> [Valuation] {
        var valuations: [Valuation] = []
        for instrument in instruments { valuations.append(try Valuation(instrument)) }
        return valuations
    }

    /// A mirror of each account as it is before the run.
    func mirrors() throws(LedgerError) -> [AccountMirror] {
        let valuations = try valuations()
        return accounts.map { account in
            AccountMirror(
                ledger: AccountLedger(
                    id: account.id, equity: account.equity,
                    capital: account.instances.map(\.capital), valuations: valuations))
        }
    }

    /// An account of `cash` cents with one instance for each port, the cash split evenly.
    package func account(
        _ ports: [StrategyPort], id: String = "main", cash: Int128 = 10_000_000,
        limits: RiskLimits? = nil, allowsShort: Bool = false
    ) -> AccountSetup {
        AccountSetup(
            id: id, equity: cash * cent,
            limits: limits ?? RiskLimits(instruments: instruments.count),
            instances: ports.enumerated().map { index, port in
                InstanceSetup(
                    id: "\(id)-\(index)", capital: cash * cent / Int128(ports.count),
                    allowsShort: allowsShort, port: port, feed: market.feed, start: start,
                    instruments: Array(instruments.indices))
            })
    }
}

/// What a run left behind.
package struct SketchOutcome {
    package let digest: String
    package let words: ContiguousArray<Int64>
    package let texts: [IntentText]
    /// Where what books set aside is not what open orders hold; nil when both agree.
    package let reserveFault: String?

    package init(
        digest: String, words: ContiguousArray<Int64>, texts: [IntentText],
        reserveFault: String? = nil
    ) {
        self.reserveFault = reserveFault
        self.digest = digest
        self.words = words
        self.texts = texts
    }

    /// Every record in order, without its header.
    package var records: [(kind: RecordKind, words: [Int64])] {
        var all: [(RecordKind, [Int64])] = [], at = 0
        while at < words.count {
            let length = Int(words[at] & 0xFFFF_FFFF)
            if let kind = RecordKind(rawValue: words[at] >> 32) {
                all.append((kind, Array(words[at + 1..<at + 1 + length])))
            }
            at += length + 1
        }
        return all
    }

    /// The records of one kind.
    package func of(_ kind: RecordKind) -> [[Int64]] {
        records.filter { $0.kind == kind }.map(\.words)
    }

    /// Fills in short.
    package var fills: [SketchFill] {
        of(.fill).map { r in
            SketchFill(
                time_ns: r[0], venueTime_ns: r[1], order: Int(r[3]),
                side: r[6] & 255 == 1 ? .buy : .sell, price: r[7], quantity: r[8])
        }
    }

    /// Refusals as (instance, quantity, reason).
    package var refusals: [(instance: Int, quantity: Int64, reason: OrderReason)] {
        of(.refusal).map { (Int($0[2]), $0[4], OrderReason(rawValue: UInt16($0[5])) ?? .none) }
    }

    /// Where this and another run part: the first record that differs, as text; nil when none does.
    package func difference(from other: SketchOutcome) -> String? {
        let mine = records, theirs = other.records
        for index in 0..<max(mine.count, theirs.count) {
            let a = index < mine.count ? "\(mine[index])" : "nothing"
            let b = index < theirs.count ? "\(theirs[index])" : "nothing"
            if a != b { return "record \(index): \(a) and \(b)" }
        }
        return nil
    }
}

/// A fill as tests look at it.
package struct SketchFill: Equatable, Sendable {
    package let time_ns: Int64
    package let venueTime_ns: Int64
    package let order: Int
    package let side: Side
    package let price: Int64
    package let quantity: Int64

    package init(
        time_ns: Int64, venueTime_ns: Int64, order: Int, side: Side, price: Int64, quantity: Int64
    ) {
        self.time_ns = time_ns
        self.venueTime_ns = venueTime_ns
        self.order = order
        self.side = side
        self.price = price
        self.quantity = quantity
    }
}
