import RialtoEnsemble
import RialtoExecution
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
    /// How the host protects its positions, whatever it asks for; nil not at all.
    package let protection: ProtectionRule?
    /// The series that it reads, by their number in the run, in the order of its own numbers.
    package let series: [UInt32]
    /// Who answers its requests; nil where the run allows none: they are refused.
    package var requests: RequestPort?

    package init(
        id: String, capital: Int128, allowsShort: Bool, port: StrategyPort, feed: Feed, start: Int,
        instruments: [Int], protection: ProtectionRule? = nil, series: [UInt32] = []
    ) {
        self.series = series
        self.protection = protection
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
    /// In units of 10^-18 of its currency.
    package let equity: Int128
    /// Index of the currency that it counts in.
    package var currency = 0
    /// Cash in other currencies at the start, by currency: no instance's capital.
    package var balances: [(currency: Int, amount: Int128)] = []
    /// How it borrows against contracts; nil pays for everything in full.
    package var margin: MarginModel?
    package let limits: RiskLimits
    /// What becomes of an instance's orders and positions when its plugin is gone.
    package var whenDown = DownPolicy.cancelOpening
    package var instances: [InstanceSetup]
    /// How what its targets want of the market is worked: by time, volume or least cost; nil sends
    /// it at once.
    package let execution: Algorithm?
    /// How its capital moves between its instances, two or more of which have some; nil not at all.
    package var capital: CapitalConfiguration?
    /// Whether a target is for the capital that an instance starts with, and follows what it has.
    package var scalesTargets = true
    /// Which line to the venue is its own: each has jitter and faults of its own. nil for the one
    /// of the account's index.
    package var line: Int?

    package init(
        id: String, equity: Int128, limits: RiskLimits, instances: [InstanceSetup],
        execution: Algorithm? = nil
    ) {
        precondition(execution.map { $0.lifetime_ns > 0 } ?? true, "a pace has a duration")
        self.execution = execution
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

/// From which events it is known how much of an instrument the others trade.
package enum VolumeSource: UInt8, Sendable {
    /// From none: the run has neither trades nor bars of it.
    case none = 0
    /// From its bars: there are no trades.
    case bars = 1
    case trades = 2
}

/// The currencies of a run, by index.
package struct CurrencySetup: Sendable {
    package let names: [String]
    /// In which each instrument settles.
    package let ofInstrument: [Int]
    /// Where their prices in each other come from.
    package let sources: [Rates.Source]

    package init(names: [String], ofInstrument: [Int], sources: [Rates.Source]) {
        self.names = names
        self.ofInstrument = ofInstrument
        self.sources = sources
    }

    /// One currency for all of them, whatever it is called.
    package static func single(instruments: Int) -> CurrencySetup {
        CurrencySetup(
            names: [""], ofInstrument: Array(repeating: 0, count: instruments), sources: [])
    }
}

/// Everything that a run of the engine follows from.
package struct EngineSetup {
    package let instruments: [Instrument]
    package let venue: VenueModel
    /// What each instrument is matched against.
    package let levels: [MatchLevel]
    package let latency: LatencyModel
    package let crossing: CrossingPrice
    /// What the venue sees: every instrument once.
    package let feed: Feed
    /// The first entry of `feed` that belongs to the run.
    package let start: Int
    package private(set) var accounts: [AccountSetup]
    /// Most entries of one batch, 1...4096. Never changes a result.
    package let batchLimit: Int
    /// Distance of equity samples in nanoseconds, above 0.
    package let sampling_ns: Int64
    /// Through which every order and every answer of the venue goes; nil without one.
    package var exchange: ExchangePort?
    package var currencies: CurrencySetup
    /// How much the others trade of each instrument is known from these.
    package var volumes: [VolumeSource]
    /// What happens to instruments and to whoever holds them, by time.
    package var events: [InstrumentEvent] = []
    /// Where the run ends, in Unix nanoseconds; nil for the last time of its feeds.
    package var end_ns: Int64?

    package init(
        instruments: [Instrument], venue: VenueModel, levels: [MatchLevel]? = nil,
        latency: LatencyModel, crossing: CrossingPrice, feed: Feed, start: Int,
        accounts: [AccountSetup], batchLimit: Int, sampling_ns: Int64,
        exchange: ExchangePort? = nil
    ) {
        precondition(
            batchLimit >= 1 && batchLimit <= EventBatch.limit, "a batch has 1...4096 entries")
        precondition(sampling_ns > 0, "samples have a distance")
        self.instruments = instruments
        self.venue = venue
        self.levels = levels ?? EngineSetup.levels(of: feed, instruments: instruments.count)
        volumes =
            levels == nil
            ? EngineSetup.volumes(of: feed, instruments: instruments.count)
            : self.levels.map { $0 == .bars ? .bars : .trades }
        self.latency = latency
        self.crossing = crossing
        self.feed = feed
        self.start = start
        self.accounts = accounts
        self.batchLimit = batchLimit
        self.sampling_ns = sampling_ns
        self.exchange = exchange
        currencies = .single(instruments: instruments.count)
    }
}

extension EngineSetup {
    /// Gives instances someone who answers their requests.
    ///
    /// - Parameter port: Of an instance, by index of its account and its place in that; nil for
    ///   one that may ask nothing.
    package mutating func answer(by port: (_ account: Int, _ place: Int) -> RequestPort?) {
        accounts = accounts.enumerated().map { index, account in
            var account = account
            for place in account.instances.indices {
                account.instances[place].requests = port(index, place)
            }
            return account
        }
    }

    /// The same run for some of its accounts alone: with their lines, to the same end.
    ///
    /// - Parameter indices: Of accounts, in the order of the run.
    package func part(_ indices: [Int]) -> EngineSetup {
        var part = self
        part.accounts = indices.map { index in
            var account = accounts[index]
            account.line = account.line ?? index
            return account
        }
        part.end_ns = lastTime_ns
        return part
    }

    /// When the run ends, in Unix nanoseconds.
    var lastTime_ns: Int64 {
        if let end_ns { return end_ns }
        let feeds = [feed] + accounts.flatMap { $0.instances.map(\.feed) }
        return feeds.map { $0.count > 0 ? $0.time_ns[$0.count - 1] : .min }.max() ?? .min
    }

    /// What each instrument of a feed can be matched against: the finest that it holds anywhere.
    ///
    /// Reads the whole feed where that has several kinds; whoever knows its series says so instead.
    package static func levels(of feed: Feed, instruments: Int) -> [MatchLevel] {
        if let kind = feed.singleKind {
            return Array(repeating: MatchLevel(kind), count: instruments)
        }
        var levels = Array(repeating: MatchLevel.bars, count: instruments)
        for entry in 0..<feed.count {
            let (kind, _) = feed.place(entry), instrument = feed.instrument(entry)
            guard let kind = EventKind(rawValue: kind) else { continue }
            levels[instrument] = max(levels[instrument], MatchLevel(kind))
        }
        return levels
    }
}

extension EngineSetup {
    /// From what each instrument's volume is known in a feed: its trades, else its bars.
    ///
    /// Reads the whole feed where that has several kinds; whoever knows its series says so instead.
    package static func volumes(of feed: Feed, instruments: Int) -> [VolumeSource] {
        if let kind = feed.singleKind {
            return Array(repeating: VolumeSource(kind), count: instruments)
        }
        var volumes = Array(repeating: VolumeSource.none, count: instruments)
        for entry in 0..<feed.count {
            let (kind, _) = feed.place(entry), instrument = feed.instrument(entry)
            guard let kind = EventKind(rawValue: kind) else { continue }
            volumes[instrument] = volumes[instrument].or(VolumeSource(kind))
        }
        return volumes
    }
}

extension VolumeSource {
    /// What events of a kind tell of volumes.
    package init(_ kind: EventKind) {
        switch kind {
        case .bars: self = .bars
        case .trades: self = .trades
        default: self = .none
        }
    }

    /// The better of two.
    package func or(_ other: VolumeSource) -> VolumeSource {
        rawValue < other.rawValue ? other : self
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
    /// A request of an instance has no answer that the run may use.
    case request(instance: String, reason: String, time_ns: Int64)
    /// The exchange plugin understood the venue otherwise than it was.
    case exchange(difference: String, time_ns: Int64)
}
