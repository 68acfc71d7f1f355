import RialtoText

/// A backtest as its user wrote it: what to run, over which data, with which money.
///
/// Read with ``load(_:overrides:)``; all values are checked as far as can be without data.
package struct RunFile: Sendable {
    package internal(set) var name = ""
    /// Seed of every random number of the run, 0 or more.
    package internal(set) var seed: Int64 = 0
    /// First instant of the run in Unix nanoseconds UTC; nil for the first one in the data.
    package internal(set) var from: Int64?
    /// First instant after the run in Unix nanoseconds UTC; nil for the end of the data.
    package internal(set) var to: Int64?
    /// Most rows that a plugin is given in one call, 1...4096. Never changes a result.
    package internal(set) var batchLimit: Int64 = 4096
    /// Whether the records keep every number that a model publishes.
    package internal(set) var recordsSeries = false
    /// Data folder as written; see ``ConfigDocument/resolved(_:)``.
    package internal(set) var data = "data"
    /// Nanoseconds between two points of the equity curve.
    package internal(set) var equityInterval: Int64 = 86_400_000_000_000
    package internal(set) var instruments: [SeriesChoice] = []
    /// Series of news and posts that plugins may read.
    package internal(set) var texts: [String] = []
    /// By what further instruments are chosen when the run begins; nil for none.
    package internal(set) var universe: UniverseSettings?
    /// Where the prices of currencies in each other come from.
    package internal(set) var currencies: [CurrencyEntry] = []
    package internal(set) var venue = VenueSettings()
    package internal(set) var plugins = PluginSettings()
    /// What a run does about a plugin in quarantine.
    package internal(set) var rollback = RollbackRule.never
    package internal(set) var models: [ModelEntry] = []
    package internal(set) var indicators: [IndicatorEntry] = []
    package internal(set) var ensemble = EnsembleSettings()
    package internal(set) var accounts: [AccountEntry] = []
    /// What strategies may ask over the network; nil for nothing.
    package internal(set) var requests: RequestSettings?
    /// The file that this was read from: its text, and the place of every value.
    package internal(set) var document: ConfigDocument

    /// Reads the run file at `path`, with overrides such as `seed=7` applied first.
    ///
    /// - Throws: Everything that is wrong with the file, in the order of its lines.
    package static func load(
        _ path: String, overrides: [String] = []
    ) throws(ConfigProblems) -> RunFile {
        try read(try ConfigDocument.load(path, overrides: overrides))
    }

    /// Reads a run file from a parsed document.
    package static func read(_ document: ConfigDocument) throws(ConfigProblems) -> RunFile {
        var problems = Problems(file: document.file)
        let schema = schema(of: document)
        guard var run = schema.read(document.root, ConfigPath(), &problems) else {
            throw ConfigProblems(messages: problems.messages)
        }
        if run.name.isEmpty { run.name = document.name }
        run.chooseAdjustments()
        RunChecks.check(run, &problems)
        guard problems.found.isEmpty else { throw ConfigProblems(messages: problems.messages) }
        return run
    }
}

extension RunFile {
    /// Splits are taken out of prices where nothing else is asked for: a strategy that does not
    /// read them would take one for a fall. Books cannot be adjusted, nor what is traded beside.
    private mutating func chooseAdjustments() {
        let books = Set(instruments.filter { $0.kind == .book }.map(\.name))
        for index in instruments.indices {
            let isRaw = books.contains(instruments[index].name)
            instruments[index].adjust = instruments[index].written ?? (isRaw ? .none : .splits)
        }
    }
}

/// How orders meet the market inside a bar.
package enum BarPath: String, CaseIterable, Sendable {
    /// Open, the extreme nearer to it, the other one, close.
    case nearestExtreme = "nearest-extreme"
    case highFirst = "high-first"
    case lowFirst = "low-first"
}

/// Price at which opposite targets cross inside an account when there is no fresh quote.
package enum CrossingPrice: String, CaseIterable, Sendable { case close, open, none }

package enum SeriesKind: String, CaseIterable, Sendable {
    case bars, trades, quotes, book, marks
    case openInterest = "open-interest"
    case liquidations
}

/// What of an instrument's actions is taken out of its prices before the run.
package enum AdjustRule: String, CaseIterable, Sendable { case none, splits, all }

/// One stored series that the run reads.
package struct SeriesChoice: Hashable, Sendable {
    /// Instrument, such as `BTC/USD`, or what it was called when the run begins.
    package internal(set) var name = ""
    package internal(set) var kind = SeriesKind.bars
    /// Nanoseconds of a bar; nil for other kinds.
    package internal(set) var interval: Int64?
    /// Nanoseconds without a row after which its instrument's feed is stale; nil for never.
    package internal(set) var staleAfter: Int64?
    /// The run is given what is not taken out as events.
    package internal(set) var adjust = AdjustRule.none
    /// What the file asks for; nil leaves it to the kind.
    var written: AdjustRule?

    init() {}

    /// Bars of an instrument that a universe has chosen.
    package init(bars name: String, of universe: UniverseSettings) {
        self.name = name
        interval = universe.interval
        adjust = universe.adjust
    }
}

/// What the instruments of a universe are the best by.
package enum UniverseRank: String, CaseIterable, Sendable {
    case dollarVolume = "dollar-volume"
    case volatility
    case totalReturn = "return"
}

/// How a run chooses instruments by what is known at its first instant.
package struct UniverseSettings: Hashable, Sendable {
    package internal(set) var top: Int64 = 0
    package internal(set) var rank = UniverseRank.dollarVolume
    /// Daily bars that are measured.
    package internal(set) var window: Int64 = 20
    /// Least count of daily bars.
    package internal(set) var historyMin: Int64 = 0
    /// In 10^-18 of the currency; nil for any.
    package internal(set) var priceMin: Int128?
    package internal(set) var dollarVolumeMin: Int128?
    /// Currency of the prices; nil where all have the same.
    package internal(set) var currency: String?
    /// Nanoseconds of the bars that the run reads of each.
    package internal(set) var interval: Int64 = 86_400_000_000_000
    package internal(set) var adjust = AdjustRule.splits
}

/// A currency, and the instrument whose last price says what it is worth in another.
package struct CurrencyEntry: Hashable, Sendable {
    package internal(set) var name = ""
    /// Name of an instrument of the run, such as `EUR/USD`.
    package internal(set) var from = ""
}

/// How the stop of a guarded position is made.
package enum StopKind: String, CaseIterable, Sendable {
    /// A share of the price, or a multiple of the true range, from the entry.
    case fixed, atr
    /// The same from the best price since the entry.
    case trailing, chandelier
}

/// Protection that the operator gives a strategy's positions.
package struct ProtectionSettings: Hashable, Sendable {
    package internal(set) var stop = StopKind.atr
    /// Distance of `fixed` and `trailing`, in 10^-9 of the price.
    package internal(set) var distance: Int64?
    /// Bars of the true range, of `atr` and `chandelier`.
    package internal(set) var length: Int64 = 14
    /// True ranges of distance, in 10^-6.
    package internal(set) var multiple: Int64 = 3_000_000
    /// Initial distances of profit from which the stop is at the entry, in 10^-6; nil never.
    package internal(set) var profitLock: Int64?
    /// Nanoseconds after which a position is closed; nil never.
    package internal(set) var time: Int64?
}

/// The simulated venue.
package struct VenueSettings: Hashable, Sendable {
    package internal(set) var fill = FillSettings()
    package internal(set) var fee = FeeSettings()
    /// Fees by what an account has traded in 30 days; empty where `fee` says all.
    package internal(set) var feeTiers: [FeeTierEntry] = []
    /// What contracts bind by their size; empty where there are none on margin.
    package internal(set) var marginTiers: [MarginTierEntry] = []
    /// What a liquidation costs, in 10^-9 of its notional.
    package internal(set) var liquidationFee: Int64 = 0
    /// Of how many orders the venue refuses one for no reason, in 10^-9.
    package internal(set) var refusals: Int64 = 0
    package internal(set) var selfTrade = SelfTradeRule.expireTaker
    /// Least value of an order, in units of 10^-18; nil any.
    package internal(set) var minimumNotional: Int128?
    package internal(set) var latency = LatencySettings()
    package internal(set) var faults = FaultSettings()
    package internal(set) var crossingPrice = CrossingPrice.close
    /// Id of an exchange plugin that every order and answer goes through; nil for none.
    package internal(set) var plugin: String?
}

package struct FillSettings: Hashable, Sendable {
    package internal(set) var barPath = BarPath.nearestExtreme
    /// What a taker pays beyond the price, in 10^-9 of notional.
    package internal(set) var slippage: Int64 = 0
    package internal(set) var limitRule = LimitRule.through
    package internal(set) var queue = QueueRule.pessimistic
    /// Share of a bar's volume that orders may fill, in 10^-9; nil any quantity.
    package internal(set) var volumeShare: Int64?
}

/// What happens to an order that would meet one of the same account.
package enum SelfTradeRule: String, CaseIterable, Sendable {
    case allow
    case cancelResting = "cancel-resting"
    case expireTaker = "expire-taker"
}

/// When a resting limit fills on bars and trades.
package enum LimitRule: String, CaseIterable, Sendable { case through, touch }

/// Where in the queue at its price a resting order stands, where quotes or books are known.
package enum QueueRule: String, CaseIterable, Sendable {
    case pessimistic, proportional
    case square = "power-2"
    case cube = "power-3"
    case front
}

/// Fees from some traded value on.
package struct FeeTierEntry: Hashable, Sendable {
    /// In units of 10^-18.
    package internal(set) var from: Int128 = 0
    /// In 10^-9 of notional; below 0 is a rebate.
    package internal(set) var maker: Int64 = 0
    package internal(set) var taker: Int64 = 0
}

/// What a position binds from some notional on.
package struct MarginTierEntry: Hashable, Sendable {
    /// The instrument that it holds for; empty for all contracts without tiers of their own.
    package internal(set) var instrument = ""
    /// In units of 10^-18 of the settlement currency.
    package internal(set) var from: Int128 = 0
    /// Highest leverage, in 10^-6.
    package internal(set) var leverage: Int64 = 0
    /// Maintenance margin, in 10^-9 of what of the notional lies in the tier.
    package internal(set) var maintenance: Int64 = 0
}

/// What a position's losses are held against.
package enum MarginMode: String, CaseIterable, Sendable { case cross, isolated }

/// Whether opposite positions of an account's strategies net on the venue.
package enum PositionSides: String, CaseIterable, Sendable {
    case oneWay = "one-way"
    case hedge
}

/// How an account borrows against its contracts.
package struct MarginSettings: Hashable, Sendable {
    package internal(set) var mode = MarginMode.cross
    package internal(set) var sides = PositionSides.oneWay
    /// In 10^-6, 1 or more.
    package internal(set) var leverage: Int64 = 1_000_000
}

/// Cash in a currency other than the account's own.
package struct BalanceEntry: Hashable, Sendable {
    package internal(set) var currency = ""
    /// In 10^-18 of it, above 0.
    package internal(set) var amount: Int128 = 0
}

/// Fees in 10^-9 of notional; below 0 is a rebate.
package struct FeeSettings: Hashable, Sendable {
    package internal(set) var maker: Int64 = 0
    package internal(set) var taker: Int64 = 0
}

/// What goes wrong with messages between the host and the venue. Shares are in 10^-9 of messages.
package struct FaultSettings: Hashable, Sendable {
    package internal(set) var lost: Int64 = 0
    package internal(set) var doubled: Int64 = 0
    package internal(set) var late: Int64 = 0
    /// The most by which a late message is late, in nanoseconds.
    package internal(set) var delay: Int64 = 5_000_000_000
    /// Nanoseconds without an answer after which an order is unknown and asked for.
    package internal(set) var patience: Int64 = 30_000_000_000
}

/// Delays in nanoseconds.
package struct LatencySettings: Hashable, Sendable {
    /// From the host to the venue.
    package internal(set) var order: Int64 = 0
    /// From the venue to the host.
    package internal(set) var report: Int64 = 0
    /// Each message takes up to this much longer.
    package internal(set) var jitter: Int64 = 0
    /// Whether each takes as long again as the market event before it took.
    package internal(set) var isRecorded = false
    /// What is taken for the difference of the host's clock and the venue's in recorded delays.
    package internal(set) var clock = ClockSetting.auto
}

/// What is taken for the difference of two clocks.
package enum ClockSetting: Hashable, Sendable {
    /// None, but what makes no delay negative.
    case auto
    /// The least difference so far.
    case least
    /// By how many nanoseconds the host's clock is ahead; of any sign.
    case stated(Int64)

    /// Reads `auto`, `least` or a length of time, which may begin with a minus.
    init?(_ text: String) {
        switch text {
        case "auto": self = .auto
        case "least": self = .least
        default:
            let isNegative = text.hasPrefix("-")
            let hour: Int64 = 3_600_000_000_000
            guard let length = TimeLength.parse(isNegative ? String(text.dropFirst()) : text),
                length <= 24 * hour
            else { return nil }
            self = .stated(isNegative ? -length : length)
        }
    }
}

package struct PluginSettings: Hashable, Sendable {
    /// Folders searched before the standard ones, as written.
    package internal(set) var path: [String] = []
}

/// A parameter of a plugin as text; the plugin says what it means.
package struct ParameterEntry: Hashable, Sendable {
    package let name: String
    package let text: String

    package init(name: String, text: String) {
        self.name = name
        self.text = text
    }
}

/// The column of bars that an indicator is given where it reads a price.
package enum IndicatorInput: String, CaseIterable, Sendable {
    case open, high, low, close, volume
}

/// A function of a bound C library whose values are published as named series.
package struct IndicatorEntry: Hashable, Sendable {
    /// Name of the series; further outputs than one are `id/output`.
    package internal(set) var id = ""
    /// Folder of the library and its table, as written.
    package internal(set) var binding = ""
    package internal(set) var function = ""
    /// nil leaves it to the function; a price is the close then.
    package internal(set) var input: IndicatorInput?
    /// Most bars of one call.
    package internal(set) var window: Int64 = 1000
    /// Instruments over whose bars it is computed; empty for all of the run.
    package internal(set) var instruments: [String] = []
    package internal(set) var parameters: [ParameterEntry] = []
}

package struct ModelEntry: Hashable, Sendable {
    package internal(set) var id = ""
    /// Id of the plugin, such as `org.rialto.momentum`.
    package internal(set) var plugin = ""
    /// Instruments it forecasts; empty for all of the run.
    package internal(set) var instruments: [String] = []
    package internal(set) var parameters: [ParameterEntry] = []
    /// Files that it may read: a name, and a path or `path#digest`.
    package internal(set) var files: [ParameterEntry] = []
    /// Time from an event to the forecast that answers it, in nanoseconds.
    package internal(set) var latency: Int64 = 0
    package internal(set) var isEnabled = true
}

package struct AccountEntry: Hashable, Sendable {
    package internal(set) var id = ""
    package internal(set) var currency = "USD"
    /// Cash at the start, in 10^-18 of the currency, above 0.
    package internal(set) var equity: Int128 = 0
    /// Cash in other currencies at the start; no strategy's capital.
    package internal(set) var balances: [BalanceEntry] = []
    /// How it borrows; nil pays contracts in full.
    package internal(set) var margin: MarginSettings?
    package internal(set) var risk = RiskSettings()
    /// How targets are worked; nil sends what they want at once.
    package internal(set) var execution: ExecutionSettings?
    /// How capital moves between its strategies; nil leaves it where it was put.
    package internal(set) var allocation: AllocationSettings?
    /// What becomes of a strategy's orders and positions when its plugin is gone.
    package internal(set) var whenDown = DownRule.cancelOpening
    package internal(set) var strategies: [StrategyEntry] = []
}

/// Whether a run takes the last version that ran well of a plugin in quarantine.
package enum RollbackRule: String, CaseIterable, Sendable {
    case never, allowed
}

/// What becomes of the orders and positions of a strategy whose plugin is gone.
package enum DownRule: String, CaseIterable, Sendable {
    case keep
    case cancelOpening = "cancel-opening"
    case cancelAll = "cancel-all"
    case flatten
}

/// How an order is cut into parts over time.
package enum PartRule: String, CaseIterable, Sendable {
    case twap, vwap, shortfall
}

/// How what an account's targets want of the market is worked.
package struct ExecutionSettings: Hashable, Sendable {
    package internal(set) var rule = PartRule.twap
    /// In nanoseconds, above 0.
    package internal(set) var duration: Int64 = 0
    /// Risk aversion of the shortfall rule, in 10^-6 per unit of the account's currency, 0 or more.
    package internal(set) var aversion: Int64 = 1
}

/// Limits of one account; nil means no limit. Amounts are in 10^-18, rates in 10^-9.
package struct RiskSettings: Hashable, Sendable {
    /// Of the instrument's base.
    package internal(set) var maxOrderQuantity: Int128?
    /// Of the account's currency.
    package internal(set) var maxOrderNotional: Int128?
    /// Distance of a limit price from the last price, of that price.
    package internal(set) var priceBand: Int64?
    /// Of the instrument's base, either side.
    package internal(set) var maxPosition: Int128?
    /// Fall from the highest equity at which trading halts, of that equity.
    package internal(set) var maxDrawdown: Int64?
}

package struct StrategyEntry: Hashable, Sendable {
    package internal(set) var id = ""
    package internal(set) var plugin = ""
    /// Money it may use, in 10^-18 of the account's currency, above 0.
    package internal(set) var capital: Int128 = 0
    /// Instruments it trades; empty for all of the run.
    package internal(set) var instruments: [String] = []
    package internal(set) var parameters: [ParameterEntry] = []
    package internal(set) var allowsShort = false
    /// How the host protects its positions; nil as its plugin asks.
    package internal(set) var protection: ProtectionSettings?
}
