import RialtoLedger
import RialtoMatching
import RialtoRisk
import RialtoValues

/// One strategy instance of an account.
package struct InstanceSetup {
    package let id: String
    /// In units of 10^-18 of the account's currency.
    package let capital: Int128
    /// Whether it may hold less than nothing of a spot asset.
    package let allowsShort: Bool
    package let port: StrategyPort
    /// What it is given of the market.
    package let feed: Feed
    /// The first entry of `feed` that belongs to the run; those before are warm-up.
    package let start: Int
    /// Instruments that it may trade, by index.
    package let instruments: [Int]

    package init(
        id: String, capital: Int128, allowsShort: Bool, port: StrategyPort, feed: Feed, start: Int,
        instruments: [Int]
    ) {
        self.id = id
        self.capital = capital
        self.allowsShort = allowsShort
        self.port = port
        self.feed = feed
        self.start = start
        self.instruments = instruments
    }
}

/// One account with its instances, in the order in which they act.
package struct AccountSetup {
    package let id: String
    /// In units of 10^-18.
    package let equity: Int128
    package let limits: RiskLimits
    package let instances: [InstanceSetup]

    package init(id: String, equity: Int128, limits: RiskLimits, instances: [InstanceSetup]) {
        self.id = id
        self.equity = equity
        self.limits = limits
        self.instances = instances
    }
}

/// At which of a bar's prices opposite targets cross inside.
package enum CrossingPrice: UInt8, Sendable {
    case none = 0
    case open = 1
    case close = 2
}

/// How long an intent takes to the venue and a report back, in nanoseconds, 0 or more.
package struct Latency: Equatable, Sendable {
    package let order_ns: Int64
    package let report_ns: Int64

    package init(order_ns: Int64, report_ns: Int64) {
        precondition(order_ns >= 0 && report_ns >= 0, "latency is not negative")
        self.order_ns = order_ns
        self.report_ns = report_ns
    }
}

/// Everything that a run of the engine follows from.
package struct EngineSetup {
    package let instruments: [Instrument]
    package let venue: VenueModel
    package let latency: Latency
    package let crossing: CrossingPrice
    /// What the venue sees: every instrument once.
    package let feed: Feed
    /// The first entry of `feed` that belongs to the run.
    package let start: Int
    package let accounts: [AccountSetup]
    /// Most entries of one batch, 1...4096. Never changes a result.
    package let batchLimit: Int
    /// Distance of equity samples in nanoseconds, above 0.
    package let sampling_ns: Int64
    /// Through which every order and every answer of the venue goes; nil without one.
    package let exchange: ExchangePort?

    package init(
        instruments: [Instrument], venue: VenueModel, latency: Latency, crossing: CrossingPrice,
        feed: Feed, start: Int, accounts: [AccountSetup], batchLimit: Int, sampling_ns: Int64,
        exchange: ExchangePort? = nil
    ) {
        precondition(
            batchLimit >= 1 && batchLimit <= EventBatch.limit, "a batch has 1...4096 entries")
        precondition(sampling_ns > 0, "samples have a distance")
        self.instruments = instruments
        self.venue = venue
        self.latency = latency
        self.crossing = crossing
        self.feed = feed
        self.start = start
        self.accounts = accounts
        self.batchLimit = batchLimit
        self.sampling_ns = sampling_ns
        self.exchange = exchange
    }
}

/// Why a run cannot go on.
package enum EngineError: Error, Equatable, Sendable {
    /// An instrument cannot be valued.
    case instrument(name: String, LedgerError)
    /// Reports at one time led to more reports, without end.
    case roundsWithoutEnd(time_ns: Int64, rounds: Int)
    /// A sum of money does not fit.
    case ledger(LedgerError, time_ns: Int64)
    /// The simulated venue and the order book disagree.
    case order(number: Int, time_ns: Int64)
    /// The exchange plugin understood the venue otherwise than it was.
    case exchange(difference: String, time_ns: Int64)
}
