import RialtoConfiguration
import RialtoEngine
import RialtoExecution
import RialtoEnsemble
import RialtoHistory
import RialtoLedger
import RialtoMatching
import RialtoPluginHost
import RialtoRisk
import RialtoText
import RialtoValues

/// A plugin that took part in a run.
package struct UsedPlugin: Hashable, Sendable {
    /// The instance's id in the run file.
    package let instance: String
    /// Id of its account; empty for models.
    package let account: String
    package let id: String
    package let kind: PluginKind
    package let version: String
    package let language: String
    package let sha256: String
    /// ``Manifest/digest`` of its package.
    package let packageDigest: String
    /// Engines that it computes with, such as `lightgbm`.
    package let engines: [String]
    /// Whether it lived in a sandboxed process of its own.
    package var isSandboxed = false
    /// Whether it was asked about what it had learned from, as the run allows.
    package var isInSample = false
}

/// What a backtest gave: everything that reports, records and explanations are made from.
package struct BacktestOutcome {
    package let instruments: [Instrument]
    /// Account ids, in the order of the run file.
    package let accounts: [String]
    /// The currency of each account.
    package let accountCurrencies: [String]
    package let currencies: CurrencySetup
    /// Strategy instances, in the order of their indices.
    package let instances: [UsedPlugin]
    package let models: [UsedPlugin]
    /// The venue's exchange plugin, or none.
    package let exchanges: [UsedPlugin]
    /// All plugins that took part.
    package var plugins: [UsedPlugin] { models + instances + exchanges }
    /// Market events that the venue saw.
    package let events: Int
    package let firstTime_ns: Int64
    package let lastTime_ns: Int64
    /// Distance of equity samples, in nanoseconds.
    package let sampling_ns: Int64
    /// Digest of intents, orders, fills and books: of ``parts``, in their order.
    package let digest: String
    /// The accounts by index in groups that cannot reach each other, each with its own digest: one
    /// account's is that of a run of it alone, but for what its place in the run seeds.
    package let parts: [(accounts: [Int], digest: String)]
    /// Digest of forecasts and opinions; empty without models.
    package let forecastDigest: String
    package let records: RunRecords
    package let forecastRecords: KeptRecords
    /// The ensemble's ledger.
    package let scoreRecords: KeptRecords
    package let texts: [IntentText]
    package let ensemble: EnsembleSummary?
    /// What the command line changed in the run file, in order.
    package let overrides: [String]
    /// Instances and models that failed, with the reason.
    package let failures: [(id: String, reason: String)]
    /// Requests that were refused before anybody was asked, by strategy.
    package fileprivate(set) var refusals: [RequestRefusal] = []
    /// The packages that were taken, and the plugins among them that are not the search path's.
    package let packages: [TakenPackage]
    package let versionChanges: [VersionChange]
    /// First and last price of each instrument within the run.
    package let prices: [(first: Int64, last: Int64)]
}

/// A backtest, from a run file to its outcome.
package struct Backtest {
    private let run: RunFile
    private let shelf: PluginShelf
    private let keepsRecords: Bool
    private let cores: Int
    /// Is told of every scored round of the ensemble, in order; on any thread, one at a time.
    package var onSettled: ((SettledRound) -> Void)?

    /// - Parameters:
    ///   - folders: Searched after those of the run file.
    ///   - before: Folders that are searched before those.
    ///   - tier: Where its plugins live.
    ///   - versions: Which it takes in place of those of the folders.
    ///   - cores: Most accounts that run at once, 1 or more; nil for as many as the machine has
    ///     cores. Never changes a result.
    package init(
        _ run: RunFile, folders: PluginFolders, before: [String] = [],
        tier: PluginTier = .inProcess, versions: VersionChoice = .none, keepsRecords: Bool = true,
        cores: Int? = nil
    ) {
        self.run = run
        self.cores = cores ?? AccountRuns.coresOnline
        let own = run.plugins.path.map { run.document.resolved($0) }
        var versions = versions
        versions.fallsBack = run.rollback == .allowed
        shelf = PluginShelf(
            PluginFolders(paths: before + own + folders.paths), tier: tier, versions: versions)
        self.keepsRecords = keepsRecords
    }

    /// What is wrong beyond the file itself: data and plugins that are missing or refuse their
    /// parameters. Nothing is run.
    package func problems() -> [HouseMessage] {
        do throws(BacktestError) {
            _ = try Cast(run, shelf, try RunData(run))
            return []
        } catch { return error.messages }
    }

    /// Runs it.
    ///
    /// - Parameter progress: Called now and then with the share done, 0...1.
    package func execute(
        progress: (Double) -> Void = { _ in }
    ) throws(BacktestError) -> BacktestOutcome {
        let data = try RunData(run, publishes: shelf.settings?.publishes ?? .justInTime)
        let cast = try Cast(run, shelf, data)
        let market = try data.venueFeed()
        let start = market.start(at: run.from)
        guard start < market.feed.count else { throw emptyPeriod() }
        var setup = try engineSetup(cast, data, market, start)
        var requests: RunRequests?
        if let settings = run.requests {
            let asked = try RunRequests(settings, run)
            setup.allow(asked, cast, run)
            requests = asked
        }
        let division = RunDivision(setup, data: run.document.resolved(run.data))
        let forecasts = KeptRecords(in: division.scratch)
        let scores = KeptRecords(in: division.scratch)
        let runner = try modelRunner(
            cast, data, market, setup, keepsRecords ? (forecasts.sink, scores.sink) : nil)
        data.publication.publish()
        let shared = division.shared(runner, series: cast.series.names.count)
        let parts = division.parts(cast, data.instruments, runner, shared, keepsRecords)
        let ends: [PartOutcome]
        do throws(EngineError) {
            ends = try AccountRuns(parts: parts, cores: cores)
                .outcomes(progress: progress, wake: data.wake)
        } catch { throw BacktestError(error.messages) }
        let done = Finished(
            parts: parts, ends: ends, records: division.records(parts, ends), forecasts: forecasts,
            scores: scores)
        if let error = done.records.failure ?? forecasts.failure ?? scores.failure
            ?? shared?.failure
        {
            throw BacktestError(scratch: error)
        }
        var outcome = ended(done, runner, cast, data, market, start, setup.events)
        outcome.refusals = requests?.refusals.all ?? []
        return outcome
    }

    private func engineSetup(
        _ cast: Cast, _ data: RunData, _ market: FeedMemory, _ start: Int
    ) throws(BacktestError) -> EngineSetup {
        var setup = EngineSetup(
            instruments: data.instruments, venue: venueModel,
            levels: market.levels(instruments: data.instruments.count),
            latency: LatencyModel(
                order_ns: run.venue.latency.order, report_ns: run.venue.latency.report,
                jitter_ns: run.venue.latency.jitter, isRecorded: run.venue.latency.isRecorded,
                clock: run.venue.latency.clock.offset, seed: UInt64(bitPattern: run.seed)),
            crossing: crossing, feed: market.feed, start: start,
            accounts: try accountSetups(cast, data, market), batchLimit: Int(run.batchLimit),
            sampling_ns: run.equityInterval)
        setup.currencies = cast.currencies.setup
        setup.volumes = market.volumes(instruments: data.instruments.count)
        setup.events = try data.actions()
        return setup
    }

    private func emptyPeriod() -> BacktestError {
        BacktestError(
            run.document.message(
                at: ConfigPath("from"), "there are no market events in the period of the run",
                help: "see what is stored with: rialto data list"))
    }

    // MARK: Settings

    private var venueModel: VenueModel {
        let path: RialtoMatching.BarPath =
            switch run.venue.fill.barPath {
            case .nearestExtreme: .nearestExtreme
            case .highFirst: .highFirst
            case .lowFirst: .lowFirst
            }
        var venue = VenueModel(
            path: path, limitRule: run.venue.fill.limitRule == .touch ? .touch : .through,
            fees: feeSchedule, slippage: Rate(e9: run.venue.fill.slippage))
        venue.queue = run.venue.fill.queue.model
        venue.volumeShare_e9 = run.venue.fill.volumeShare ?? 0
        venue.refusals_e9 = run.venue.refusals
        venue.notionalMin = run.venue.minimumNotional ?? 0
        venue.faults = ConnectionFaults(
            lost_e9: run.venue.faults.lost, doubled_e9: run.venue.faults.doubled,
            late_e9: run.venue.faults.late, lateMax_ns: run.venue.faults.delay,
            patience_ns: run.venue.faults.patience)
        venue.selfTrade =
            switch run.venue.selfTrade {
            case .allow: .allow
            case .cancelResting: .cancelResting
            case .expireTaker: .expireTaker
            }
        venue.seed = UInt64(bitPattern: run.seed)
        return venue
    }

    /// The fees of the run file; its checks have made sure that tiers rise from 0.
    private var feeSchedule: FeeSchedule {
        let flat = FeeSchedule(
            maker: Rate(e9: run.venue.fee.maker), taker: Rate(e9: run.venue.fee.taker))
        let tiers = run.venue.feeTiers.map {
            FeeSchedule.Tier(from: $0.from, maker: Rate(e9: $0.maker), taker: Rate(e9: $0.taker))
        }
        return tiers.isEmpty ? flat : (try? FeeSchedule(tiers: tiers)) ?? flat
    }

    private var crossing: RialtoEngine.CrossingPrice {
        switch run.venue.crossingPrice {
        case .close: .close
        case .open: .open
        case .none: .none
        }
    }

    /// `amount` of 10^-18 as a count of 10^-`decimals`; 0 where there is no limit.
    private func units(_ amount: Int128?, decimals: Int) -> Int64 {
        guard let amount, let power = ExactDecimal.power10(18 - decimals) else { return 0 }
        return Int64(clamping: max(1, amount / power))
    }

    private func limits(_ risk: RiskSettings, _ instruments: [Instrument]) -> RiskLimits {
        var limits = RiskLimits(instruments: instruments.count)
        for (index, instrument) in instruments.enumerated() {
            let decimals = instrument.quantityDecimals
            limits.orderQuantityMax[index] = units(risk.maxOrderQuantity, decimals: decimals)
            limits.positionMax[index] = units(risk.maxPosition, decimals: decimals)
        }
        limits.orderNotionalMax = risk.maxOrderNotional ?? 0
        limits.priceBand_e9 = risk.priceBand ?? 0
        limits.drawdownMax_e9 = risk.maxDrawdown ?? 0
        return limits
    }

    // MARK: Instances

    private func accountSetups(
        _ cast: Cast, _ data: RunData, _ market: FeedMemory
    )
        throws(BacktestError) -> [AccountSetup]
    {
        var setups: [AccountSetup] = []
        for (index, account) in run.accounts.enumerated() {
            var instances: [InstanceSetup] = []
            for member in cast.strategies where member.account == index {
                let entry = account.strategies[member.entry]
                let needs = member.instance.needs
                let feed =
                    try data.feed(
                        kinds: needs.needs.map { ($0.kind, $0.interval_ns, $0.instrument) },
                        instruments: member.instruments, owner: entry.id) ?? market
                instances.append(
                    InstanceSetup(
                        id: entry.id, capital: entry.capital, allowsShort: entry.allowsShort,
                        port: member.instance.port, feed: feed.feed,
                        start: feed.start(at: run.from),
                        instruments: member.instruments,
                        protection: entry.protection.map(protectionRule),
                        series: cast.series.numbers(of: needs.series.read)))
            }
            var setup = AccountSetup(
                id: account.id, equity: account.equity,
                limits: limits(account.risk, data.instruments), instances: instances,
                execution: account.execution?.algorithm)
            setup.currency = cast.currencies.index(of: account.currency)
            setup.balances = account.balances.map {
                (currency: cast.currencies.index(of: $0.currency), amount: $0.amount)
            }
            setup.whenDown =
                switch account.whenDown {
                case .keep: .keep
                case .cancelOpening: .cancelOpening
                case .cancelAll: .cancelAll
                case .flatten: .flatten
                }
            setup.margin = account.margin?.model(run.venue, data.instruments)
            // One strategy alone, when others are in quarantine, has nobody to move capital to.
            setup.capital = instances.count < 2 ? nil : run.capitalConfiguration(account: index)
            setup.scalesTargets = account.allocation?.scalesTargets ?? true
            setups.append(setup)
        }
        return setups
    }

    private func protectionRule(_ settings: ProtectionSettings) -> ProtectionRule {
        let isShare = settings.stop == .fixed || settings.stop == .trailing
        let follows = settings.stop == .trailing || settings.stop == .chandelier
        return ProtectionRule(
            distance: isShare
                ? .share(e9: settings.distance ?? 0)
                : .range(multiple_e6: settings.multiple, length: Int(settings.length)),
            course: follows ? .trailing : .fixed, lock_e6: settings.profitLock ?? 0,
            time_ns: settings.time ?? 0)
    }

    private func modelRunner(
        _ cast: Cast, _ data: RunData, _ market: FeedMemory, _ engine: EngineSetup,
        _ records: (forecasts: RecordSink, scores: RecordSink)?
    ) throws(BacktestError) -> ModelRunner? {
        guard !cast.models.isEmpty else { return nil }
        var ensemble = DynamicAIEnsemble(configuration: run.ensembleConfiguration)
        var setups: [ModelSetup] = []
        for model in cast.models {
            let needs = model.instance.needs.needs
            let feed = try data.feed(
                kinds: needs.map { ($0.kind, $0.interval_ns, $0.instrument) },
                instruments: model.instruments, owner: model.id)
            let names = model.instance.needs.series
            guard let feed = feed ?? (names.read.isEmpty ? nil : market),
                (try? ensemble.addModel(id: model.id)) != nil
            else { continue }
            var setup = ModelSetup(
                id: model.id, port: model.instance.port, feed: feed.feed,
                start: feed.start(at: run.from))
            setup.instruments = model.instruments
            setup.latency_ns = run.models.first { $0.id == model.id }?.latency ?? 0
            setup.publishes = cast.series.numbers(of: names.published)
            setup.reads = cast.series.numbers(of: names.read)
            setup.readFrom_ns = readFrom_ns(
                setup.publishes, engine.accounts, data.instruments.count)
            setups.append(setup)
        }
        do throws(EnsembleError) { try ensemble.addStacking() } catch { throw unstacked(error) }
        let runner = ModelRunner(
            models: setups, ensemble: ensemble, market: market.feed,
            instruments: data.instruments.count, batchLimit: Int(run.batchLimit),
            records: records?.forecasts,
            seriesRecords: run.recordsSeries ? records?.forecasts : nil,
            scoreRecords: records?.scores, events: engine.events)
        runner.onSettled = onSettled
        return runner
    }

    private func unstacked(_ error: EnsembleError) -> BacktestError {
        BacktestError(
            run.document.message(
                at: ConfigPath("ensemble").key("stacking"),
                "the stacked forecast cannot be a model of the run: \(error)",
                help: "leave ensemble.stacking out, or run fewer models"))
    }

    /// When the history of the strategies that read any of some series begins.
    private func readFrom_ns(
        _ names: [UInt32], _ accounts: [AccountSetup], _ instruments: Int
    ) -> Int64 {
        var first = Int64.max
        for reader in accounts.flatMap(\.instances)
        where reader.port.historyRows > 0 && reader.series.contains(where: names.contains) {
            let entry = reader.feed.warmUpStart(
                before: reader.start, rows: reader.port.historyRows,
                of: reader.instruments.count, instruments: instruments)
            if entry < reader.start { first = min(first, reader.feed.time_ns[entry]) }
        }
        return first
    }

    // MARK: Outcome

    /// What the engines of a run have left behind.
    private struct Finished {
        let parts: [RunPart]
        let ends: [PartOutcome]
        let records: RunRecords
        let forecasts: KeptRecords
        let scores: KeptRecords
    }

    private func ended(
        _ done: Finished, _ runner: ModelRunner?, _ cast: Cast, _ data: RunData,
        _ market: FeedMemory, _ start: Int, _ events: [InstrumentEvent]
    ) -> BacktestOutcome {
        let feed = market.feed
        let strategies = cast.strategies.map { member in
            member.used(
                instance: run.accounts[member.account].strategies[member.entry].id,
                account: run.accounts[member.account].id)
        }
        let failed = done.ends.flatMap(\.endings).map {
            (strategies[$0.instance].instance, $0.reason)
        }
        return BacktestOutcome(
            instruments: data.instruments, accounts: run.accounts.map(\.id),
            accountCurrencies: run.accounts.map(\.currency), currencies: cast.currencies.setup,
            instances: strategies,
            models: cast.models.map(\.used), exchanges: cast.usedExchange,
            events: feed.count - start,
            firstTime_ns: feed.time_ns[start], lastTime_ns: feed.time_ns[feed.count - 1],
            sampling_ns: run.equityInterval, digest: RunLog.joint(done.ends.map(\.digest)),
            parts: zip(done.parts, done.ends).map { ($0.accounts, $1.digest) },
            forecastDigest: runner?.digest() ?? "", records: done.records,
            forecastRecords: done.forecasts, scoreRecords: done.scores,
            texts: done.ends.flatMap(\.texts),
            ensemble: runner?.ensemble.summary, overrides: run.document.overrides,
            failures: failed + (runner?.failures.map { ($0.id, $0.reason) } ?? []),
            packages: cast.taken, versionChanges: cast.versionChanges,
            prices: restated(prices(market, start, data.instruments.count), events))
    }

    /// First prices in the units of the last ones: splits within the run make no gain and no loss.
    private func restated(
        _ prices: [(first: Int64, last: Int64)], _ events: [InstrumentEvent]
    ) -> [(first: Int64, last: Int64)] {
        var prices = prices
        for event in events {
            guard case .split(let numerator, let denominator) = event.change,
                let split = ShareSplit(numerator: numerator, denominator: denominator)
            else { continue }
            prices[event.instrument].first = split.applied(
                toPrice: prices[event.instrument].first)
        }
        return prices
    }

    private func prices(
        _ market: FeedMemory, _ start: Int, _ count: Int
    ) -> [(first: Int64, last: Int64)] {
        let entries = start..<market.feed.count
        let first = firstPrices(market, entries, count)
        let last = firstPrices(market, entries.reversed(), count)
        return zip(first, last).map { (first: $0, last: $1) }
    }

    /// The first price of each instrument among `entries`; 0 where it has none. Looks no further
    /// than it must, which is mostly a few entries.
    private func firstPrices(
        _ market: FeedMemory, _ entries: some Collection<Int>, _ count: Int
    ) -> [Int64] {
        var prices = Array(repeating: Int64(0), count: count), missing = count
        for (number, entry) in entries.enumerated() {
            guard missing > 0 else { break }
            if number % (1 << 20) == 0 { market.releaseAll() }
            let instrument = market.feed.instrument(entry)
            guard prices[instrument] == 0, let price = market.feed.price(entry) else { continue }
            prices[instrument] = price
            missing -= 1
        }
        return prices
    }
}
