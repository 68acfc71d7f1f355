import RialtoExecution
import RialtoLedger
import RialtoMatching
import RialtoOrders
import RialtoRisk
import RialtoValues

/// One account while the engine runs it.
struct AccountState {
    let setup: AccountSetup
    var ledger: AccountLedger
    var drawdown: DrawdownGuard
    /// Whether what its targets want is worked in parts.
    let isPaced: Bool
    /// Whether the venue keeps its long and short sides apart.
    let isHedged: Bool
    /// Indices of its instances, in the order in which they act.
    let instances: Range<Int>
    /// The ways of its messages.
    var connection: Connection
    /// What it has traded lately; kept where fees depend on it.
    var traded = TradedValue()
    /// Prices by instrument at which its margins are looked at; empty without margin.
    var watch: [MarginBand] = []
    /// Whether margin does not cover something it holds.
    var isShort = false
    /// How its capital moves; nil where it stays where it was put.
    var capital: CapitalState?
}

/// Runs strategies over market events: the phases, the horizon and the order of DESIGN, exactly.
///
/// Time moves from action to action. An action is a time at which something undecided is decided:
/// an intent takes effect, an order reaches the venue, a market event fills one, a report or timer
/// is due, a sample is taken. Between two actions every instance is handed whole runs of events, so
/// the size of a batch never changes a result.
package struct Engine: ~Copyable {
    /// Most rounds of reports within one time.
    static let roundsMax = 16
    /// Bounds of how far instances are handed events ahead of the venue, in entries.
    static let windowMin = 16
    /// Entries read, by the venue and by instances, between two words to the caller of `run`.
    static let tellingStep = 262_144

    private let setupPlace: UnsafeMutablePointer<EngineSetup>
    /// What the run follows from. Large, so it is read where it lies.
    // Proof: initialized in `init`, never changed, freed in `deinit`.
    var setup: EngineSetup { unsafeAddress { UnsafePointer(setupPlace) } }
    /// Most entries of one batch.
    let batchLimit: Int
    let valuations: [Valuation]
    let checks = Checks()
    /// What happened, in total order.
    var log: RunLog
    var venue: Venue
    let accounts: UnsafeMutableBufferPointer<AccountState>
    let instances: UnsafeMutableBufferPointer<InstanceRef>
    /// Smallest change of a quantity, by instrument.
    let quantitySteps: [Int64]
    /// Whether an instrument is the asset itself, by instrument.
    let isSpot: [Bool]
    /// Whether anything is counted in a currency that is not its account's.
    let hasForeign: Bool
    /// Whether anything is a contract.
    let hasContracts: Bool
    /// What a fill costs where that does not depend on what was traded; else nil.
    let flatFees: (maker: Rate, taker: Rate)?
    /// Whether an instrument has ended, by instrument.
    var isClosed: FixedColumn<Bool>
    /// From when on an instrument has to show a price before anything is closed by force, by
    /// instrument: Int64.max while it is halted, Int64.min where nothing is waited for.
    var pricedFrom_ns: FixedColumn<Int64>
    /// The first event of an instrument that has not happened.
    var nextEvent = 0
    /// When it happens; Int64.max when there is none.
    var eventDue_ns: Int64
    var slots = SlotTable()
    var orderCount = 0
    var fillCount = 0
    var crossingCount = 0
    var schedule = Schedule()
    /// What the venue sees, taken apart.
    let market: MarketColumns
    private let noRow: UnsafeMutablePointer<Int64>
    /// Last price of each instrument; 0 before the first.
    let marks: UnsafeMutablePointer<Int64>
    /// Whether the venue's feed holds mark prices, and the last of each instrument; 0 before the
    /// first, empty where there are none.
    let hasVenueMarks: Bool
    var venueMarks: FixedColumn<Int64>
    /// Last open of each instrument, for crossings at the open.
    var opens: FixedColumn<Int64>
    /// First entry of the venue's feed that has not happened.
    var position: Int
    /// Where the next intent's time may stand in the venue's feed; 0 where nobody knows.
    var guess = 0
    var now_ns: Int64 = .min
    /// Entries that instances have read in plain batches.
    var handed = 0
    let merger = BatchMerger()
    let forecasts = ForecastLog()
    /// Makes forecasts up to and including a time; nil without models.
    let forecaster: Forecaster?
    private var nextSample_ns: Int64
    private var lastSample_ns = Int64.min
    private var window: Int
    /// Entries before this one are known to reach no order that works between these prices.
    var clear = (entry: 0, low: Int64.max, high: Int64.min)
    private var bound_ns: Int64 = .min
    private let end_ns: Int64
    /// True ranges by instrument, for the rules that take them, and their lengths.
    var meters: [[RangeMeter]]
    let meterLengths: [Int]
    /// Positions that a rule guards, by instrument.
    var guardedCount: [Int]
    let hasRules: Bool
    /// Whether targets cross at the open: only then anybody asks for it.
    let needsOpens: Bool
    /// Whether an instrument's displayed liquidity is known, by instrument.
    let isStanding: [Bool]
    /// Whether any instrument's displayed liquidity is known.
    let hasStanding: Bool
    /// Whether messages to and from the venue meet faults, and those that do.
    let hasFaults: Bool
    var mail: Correspondence
    /// What market events took to come; used where latency is as recorded.
    var delays: RecordedDelays
    /// Whether a closed-loop instance shares an account.
    private let hasPeers: Bool
    /// Whether instances share an account whose margins they can use up for each other.
    private let hasSharedMargin: Bool
    /// Texts of log, note and set intents, by the index in their records.
    package internal(set) var texts: [IntentText] = []
    /// Instances that were ended, by index, with the reason.
    package internal(set) var endings: [(instance: Int, reason: String)] = []
    /// What the exchange plugin has got wrong; the run ends with it.
    var exchangeFault: String?
    /// Orders that have arrived and have not looked for a counterpart, in that order.
    var arrived: [(slot: Int, number: Int)] = []
    /// Orders that a part-filled parent has set free, by instance.
    var ready: [(instance: Int, order: WaitingOrder)] = []
    /// (account, instrument) pairs whose targets changed at this time.
    var dirty: [(account: Int, instrument: Int)] = []
    /// Orders that an algorithm works; see Engine+Parents.
    var parents: [ParentState] = []
    var parentCount = 0
    /// Parents whose children may be gone, in that order.
    var idleParents: [(index: Int, number: Int)] = []
    var meter: MarketMeter
    /// Targets that are worked in parts; see Engine+Pacing.
    var paces: [Int: Pace] = [:]
    /// Whether a pair is in `dirty`, by account * instruments + instrument.
    var isDirty: FixedColumn<Bool>

    /// - Parameter records: Takes every record, by the time of ``digest()``; nil keeps none.
    package init(
        _ setup: EngineSetup, forecaster: Forecaster?, records: RecordSink?
    ) throws(EngineError) {
        setupPlace = .allocate(capacity: 1)
        setupPlace.initialize(to: setup)
        batchLimit = setup.batchLimit
        self.forecaster = forecaster
        var valuations: [Valuation] = []
        for (index, instrument) in setup.instruments.enumerated() {
            let currency = setup.currencies.ofInstrument[index]
            do throws(LedgerError) {
                valuations.append(try Valuation(instrument, currency: currency))
            } catch {
                throw .instrument(name: instrument.name, error)
            }
        }
        self.valuations = valuations
        log = RunLog(records)
        venue = Venue(
            model: setup.venue, steps: setup.instruments.map(\.priceStep), levels: setup.levels)
        meter = MarketMeter(setup.volumes)
        isStanding = setup.levels.map(\.isStanding)
        hasStanding = isStanding.contains(true)
        hasFaults = !setup.venue.faults.isNone
        mail = Correspondence(setup)
        delays = RecordedDelays(
            setup.latency.clock,
            instruments: setup.latency.isRecorded ? setup.instruments.count : 0)
        meters = Engine.meters(setup)
        meterLengths = Engine.meterLengths(setup)
        guardedCount = Array(repeating: 0, count: setup.instruments.count)
        needsOpens = setup.crossing == .open
        hasRules = setup.accounts.contains { $0.instances.contains { $0.protection != nil } }
        let count = setup.instruments.count
        var accounts: [AccountState] = [], instances: [InstanceRef] = []
        for (index, account) in setup.accounts.enumerated() {
            let first = instances.count
            for (book, instance) in account.instances.enumerated() {
                let place = InstanceRef.allocate(capacity: 1)
                place.initialize(
                    to: Instance(
                        setup: instance, account: index, index: instances.count, book: book + 1,
                        instruments: count,
                        mailbox: instance.series.isEmpty
                            ? nil
                            : forecasts.board.log(
                                of: instance.series, instruments: instance.instruments)))
                instances.append(place)
            }
            accounts.append(
                AccountState(
                    setup: account,
                    ledger: AccountLedger(
                        id: account.id, equity: account.equity,
                        capital: account.instances.map(\.capital),
                        valuations: valuations, balances: account.balances,
                        home: account.currency, currencies: setup.currencies.names.count),
                    drawdown: DrawdownGuard(
                        start: account.equity, max_e9: account.limits.drawdownMax_e9),
                    isPaced: account.execution != nil,
                    isHedged: account.margin?.sides == .hedge,
                    instances: first..<instances.count,
                    connection: Connection(setup.latency, index: account.line ?? index),
                    capital: account.capital.map { CapitalState($0, account.instances) }))
        }
        // Proof: accounts and instances are allocated here, freed in deinit, and never move; an
        // index of either comes from `indices` or from an instance that was made with it.
        self.accounts = .allocate(capacity: accounts.count)
        _ = self.accounts.initialize(from: accounts)
        let places = UnsafeMutableBufferPointer<InstanceRef>.allocate(capacity: instances.count)
        _ = places.initialize(from: instances)
        self.instances = places
        isDirty = FixedColumn(repeating: false, count: accounts.count * count)
        quantitySteps = setup.instruments.map(\.quantityStep)
        isSpot = setup.instruments.map { $0.kind == .spot }
        hasForeign = setup.currencies.names.count > 1
        hasContracts = isSpot.contains(false)
        flatFees = setup.venue.fees.flat
        isClosed = FixedColumn(repeating: false, count: count)
        pricedFrom_ns = FixedColumn(repeating: .min, count: count)
        hasPeers = accounts.contains { account in
            account.instances.count > 1
                && account.instances.contains { !instances[$0].pointee.isOpenLoop }
        }
        hasSharedMargin = setup.accounts.contains { $0.margin != nil && $0.instances.count > 1 }
        noRow = .allocate(capacity: 1)
        noRow.initialize(to: 0)
        market = MarketColumns(setup.feed, none: noRow)
        marks = .allocate(capacity: max(1, count))
        marks.initialize(repeating: 0, count: max(1, count))
        hasVenueMarks = setup.feed.contracts?.pointee.marks != nil
        venueMarks = FixedColumn(repeating: 0, count: hasVenueMarks ? count : 0)
        opens = FixedColumn(repeating: 0, count: count)
        position = setup.start
        eventDue_ns = setup.events.first?.time_ns ?? .max
        window = setup.batchLimit
        let feed = setup.feed
        end_ns = setup.lastTime_ns
        let first = setup.start < feed.count ? feed.time_ns[setup.start] : 0
        nextSample_ns = (first / setup.sampling_ns + 1) * setup.sampling_ns
    }

    deinit {
        setupPlace.deinitialize(count: 1)
        setupPlace.deallocate()
        accounts.deinitialize()
        accounts.deallocate()
        marks.deallocate()
        noRow.deallocate()
        for instance in instances {
            instance.deinitialize(count: 1)
            instance.deallocate()
        }
        instances.deallocate()
    }

    /// Runs to the end of the data.
    ///
    /// - Parameters:
    ///   - progress: Called now and then with the share done, 0...1.
    ///   - passed: Called now and then with a time (Unix nanoseconds); what lies before it in the
    ///     feeds is hardly read again.
    package mutating func run(
        progress: (Double) -> Void = { _ in }, passed: (Int64) -> Void = { _ in }
    ) throws(EngineError) {
        warmUp()
        seedMarks(passed)
        beginReviews()
        sample(at: setup.start < setup.feed.count ? setup.feed.time_ns[setup.start] - 1 : 0)
        if setup.start < setup.feed.count { tellBooksToAsking(at: setup.feed.time_ns[setup.start]) }
        var told = 0
        while true {
            let action = min(nextAction_ns(), end_ns == .max ? .max : end_ns + 1)
            if bound_ns <= now_ns { extendBound() }
            let limit = min(action, bound_ns)
            let time = min(limit, firstMatch_ns(before: limit))
            if handAll(before: time) { continue }
            if time > end_ns { break }
            if time == bound_ns, time < action {
                advanceMarks(before: time)
                now_ns = time
            } else {
                try step(at: time)
            }
            if position + handed - told > Self.tellingStep {
                told = position + handed
                progress(Double(position) / Double(max(1, setup.feed.count)))
                passed(now_ns)
            }
        }
        advanceMarks(before: .max)
        forecaster?.advance(end_ns, forecasts)
        now_ns = end_ns
        if lastSample_ns != end_ns { sample(at: end_ns) }
    }

    /// Digest of everything that happened so far: intents, orders, fills, books.
    package mutating func digest() -> String { log.digest() }

    /// Fills of the venue so far.
    package var fillsSoFar: Int { fillCount }

    /// Orders placed so far, and those of them that ended by a cancel.
    package var ordersSoFar: Int { orderCount }
    package internal(set) var cancelsSoFar = 0

    /// Equity of an account at the last prices, in units of 10^-18.
    package func equity(account: Int) -> Int128 {
        equity(of: accounts[account].ledger.account) ?? accounts[account].ledger.account.cash
    }

    // MARK: Time

    /// The first time at which anything known is due.
    private mutating func nextAction_ns() -> Int64 {
        var next = min(schedule.next_ns, nextSample_ns, eventDue_ns)
        for instance in instances where instance.pointee.nextIntent_ns < next {
            next = instance.pointee.nextIntent_ns
            guess = instance.pointee.nextIntentEntry
        }
        if hasPeers, let lockstep = lockstep_ns() { next = min(next, lockstep) }
        return next
    }

    /// The next group, where an instance waits on a target that a peer of its account could cross.
    private mutating func lockstep_ns() -> Int64? {
        var needed = false
        for index in instances.indices where !instances[index].pointee.isOpenLoop {
            if isWaiting(instances[index]) { needed = true }
        }
        if hasSharedMargin, !needed { needed = accounts.contains { sharesMargin($0) } }
        guard needed else { return nil }
        var next = position < setup.feed.count ? setup.feed.time_ns[position] : Int64.max
        for instance in instances
        where instance.pointee.cursor < instance.pointee.feed.count && !instance.pointee.hasEnded {
            next = min(
                next, max(now_ns + 1, instance.pointee.feed.time_ns[instance.pointee.cursor]))
        }
        return next
    }

    /// Whether a loss of one instance of an account could liquidate another's position.
    private func sharesMargin(_ account: AccountState) -> Bool {
        guard account.setup.margin != nil, account.instances.count > 1 else { return false }
        return account.instances.contains { index in
            let instance = instances[index]
            return valuations.indices.contains {
                held(by: instance, $0) != 0 || instance.pointee.inFlight[$0] != 0
            }
        }
    }

    private mutating func isWaiting(_ instance: InstanceRef) -> Bool {
        for index in instance.pointee.targets.indices where openClaim(instance, index) != 0 {
            return true
        }
        return false
    }

    /// Moves the bound of looking ahead; the window grows while nothing happens.
    private mutating func extendBound() {
        if let forecaster {
            forecaster.advance(now_ns, forecasts)
            forecasts.drop(before: firstUnreadForecast)
            for instance in instances {
                guard let mailbox = instance.pointee.mailbox else { continue }
                mailbox.drop(
                    before: instance.pointee.hasEnded
                        ? mailbox.count : instance.pointee.seriesCursor)
            }
        }
        let ahead = position + window
        bound_ns = ahead < market.count ? max(market.times[ahead], now_ns + 1) : .max
        window = min(batchLimit, window * 4)
    }

    /// The first forecast that an instance has yet to read.
    private var firstUnreadForecast: Int {
        var first = forecasts.count
        for instance in instances
        where instance.pointee.kinds.has(.forecasts) && !instance.pointee.hasEnded {
            first = min(first, instance.pointee.forecastCursor)
        }
        return first
    }

    /// Shrinks the window after an instance stopped, so that the next scan is short.
    mutating func shrinkWindow(read: Int) {
        window = min(batchLimit, max(Self.windowMin, read * 2))
    }

    // MARK: One time

    /// Everything that happens at one time, in the order of the phases.
    private mutating func step(at time: Int64) throws(EngineError) {
        now_ns = time
        advanceMarks(before: time)
        try matchGroup(at: time)
        if eventDue_ns <= time { try applyEvents(until: time) }
        if hasFaults || schedule.next_ns <= time { try releaseDue(at: time) }
        try deliverGroup(at: time)
        try takeEffect(at: time)
        var rounds = 0
        while try deliverReports(at: time) {
            rounds += 1
            guard rounds <= Self.roundsMax else {
                throw .roundsWithoutEnd(time_ns: time, rounds: rounds)
            }
            try takeEffect(at: time)
        }
        if let exchangeFault { throw .exchange(difference: exchangeFault, time_ns: time) }
        if time == nextSample_ns {
            sample(at: time)
            nextSample_ns = time + setup.sampling_ns
        }
    }

    /// Records the equity of every account and instance, and lets the drawdown guard see it.
    private mutating func sample(at time: Int64) {
        lastSample_ns = time
        recordPrices(at: time)
        for index in accounts.indices {
            let ledger = accounts[index].ledger
            record(equityOf: ledger.account, account: index, instance: -1, at: time)
            if !accounts[index].setup.balances.isEmpty {
                record(equityOf: ledger.books[0], account: index, instance: -2, at: time)
            }
            for instance in accounts[index].instances {
                record(
                    equityOf: ledger.books[instances[instance].pointee.book], account: index,
                    instance: instance, at: time)
            }
            if let equity = equity(of: ledger.account), accounts[index].drawdown.observe(equity) {
                record(event: 2, account: index, instance: -1, at: time)
            }
        }
    }
}
