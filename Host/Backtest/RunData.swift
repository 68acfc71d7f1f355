import RialtoConfiguration
import RialtoEngine
import RialtoHistory
import RialtoPluginHost
import RialtoText
import RialtoValues

/// The stored series that a run reads, and the instruments that they make.
final class RunData {
    /// In the order in which the run file names them first.
    let instruments: [Instrument]
    private let places: [String: Int]
    /// The series of each instrument, by its name.
    private var series: [String: [Series]]
    /// What is recorded of each instrument, in their order.
    private let records: [InstrumentRecord]
    /// What is taken out of each instrument's prices, in their order.
    private let adjust: [AdjustRule]
    private let run: RunFile
    /// Where messages of an instrument were missed, by its name; of those of which that is known.
    private let gaps: [String: Series]
    /// News and posts, in the order of the run file.
    private let texts: [TextSeries]
    /// Series of an instrument of which silence is told, by its name.
    private let watched: [String: [WatchedStream]]
    private var feeds: [[String]: FeedMemory] = [:]
    /// Texts by whose they are, made once.
    private var madeTexts: [String: RunTexts] = [:]
    /// Where the columns of feeds lie that are joined from several series.
    private let scratch: ScratchMemory
    /// What sandboxed workers see of it.
    let publication: MarketPublication

    /// Opens everything that the run file names; tells all that is missing at once.
    ///
    /// - Parameter publishes: What of it sandboxed workers are to see before it is due.
    init(_ run: RunFile, publishes: Publishing = .justInTime) throws(BacktestError) {
        self.run = run
        let isAhead = publishes == .ahead
        scratch = ScratchMemory(
            besides: run.document.resolved(run.data), isShareable: isAhead)
        let folder = HistoryFolder(path: run.document.resolved(run.data) + "/history")
        var instruments: [Instrument] = [], series: [String: [Series]] = [:]
        var places: [String: Int] = [:], problems: [HouseMessage] = []
        var records: [InstrumentRecord] = [], adjust: [AdjustRule] = []
        var gaps: [String: Series] = [:], watched: [String: [WatchedStream]] = [:]
        let choices = try run.instruments + RunData.universe(run, folder)
        for (index, choice) in choices.enumerated() {
            var key = RunData.key(choice)
            do throws(HistoryError) {
                key = try RunData.resolved(key, run.from, folder)
                let record = try folder.record(of: key.instrument), name = key.instrument
                let rule = PriceAdjustment(rawValue: choice.adjust.rawValue) ?? .none
                let adjusted = try folder.open(key).adjusted(rule, by: record)
                let opened = isAhead ? adjusted.shareable() : adjusted
                let known = series[name]?.contains { $0.key == key } ?? false
                if !known { series[name, default: []].append(opened) }
                if let limit = choice.staleAfter {
                    watched[name, default: []].append(WatchedStream(opened, staleAfter_ns: limit))
                }
                let missed = SeriesKey(instrument: name, kind: .gaps, interval_ns: 0)
                if gaps[name] == nil, folder.has(missed) { gaps[name] = try folder.open(missed) }
                if let place = places[name] {
                    if instruments[place] != opened.instrument {
                        problems.append(RunData.disagreement(run, index, choice))
                    }
                } else {
                    places[name] = instruments.count
                    instruments.append(opened.instrument)
                    records.append(record)
                    adjust.append(choice.adjust)
                }
                // A run file may use the name that it had when the run begins.
                places[choice.name] = places[name]
            } catch {
                problems.append(RunData.missing(run, index, key, error, folder))
            }
        }
        var texts: [TextSeries] = []
        for (index, name) in run.texts.enumerated() {
            do throws(HistoryError) { texts.append(try folder.openTexts(name)) } catch {
                problems.append(RunData.missingTexts(run, index, error, folder))
            }
        }
        guard problems.isEmpty else { throw BacktestError(problems) }
        self.texts = texts
        publication = MarketPublication(
            instruments.flatMap { series[$0.name] ?? [] }, scratch, isAhead: isAhead)
        self.instruments = instruments
        self.series = series
        self.places = places
        self.records = records
        self.gaps = gaps
        self.watched = watched
        self.adjust = adjust
    }

    /// The bars of the instruments that the run's universe has at its first instant, best first,
    /// without those that it names itself.
    private static func universe(
        _ run: RunFile, _ folder: HistoryFolder
    ) throws(BacktestError) -> [SeriesChoice] {
        guard let universe = run.universe, let from = run.from else { return [] }
        var screen = Screen(at_ns: from)
        screen.window = Int(universe.window)
        screen.historyMin = Int(universe.historyMin)
        screen.priceMin = universe.priceMin
        screen.dollarVolumeMin = universe.dollarVolumeMin.map { Double($0) / 1e18 }
        screen.rank = Screen.Rank(rawValue: universe.rank.rawValue) ?? .dollarVolume
        screen.currency = universe.currency
        screen.top = Int(universe.top)
        do throws(HistoryError) {
            let result = try screen.run(folder)
            if let damaged = result.damaged.first { throw damaged }
            guard !result.chosen.isEmpty else {
                throw HistoryError(
                    .notFound, "no instrument is fit for the universe at the run's beginning",
                    file: folder.path,
                    found: Screen.Reason.allCases.compactMap { reason in
                        result.passed[reason].map { "\($0) \(reason.rawValue)" }
                    }.joined(separator: ", "),
                    help: "look with rialto universe --at \(UnixTime.text(from)), and ask for less")
            }
            let named = Set(run.instruments.map(\.name))
            return result.chosen.map(\.instrument.name).filter { !named.contains($0) }
                .map { SeriesChoice(bars: $0, of: universe) }
        } catch {
            throw BacktestError(
                run.document.message(
                    at: ConfigPath("universe"), error.summary,
                    details: error.details.map { .init($0.name, $0.value) },
                    help: error.help ?? ""))
        }
    }

    /// What happens to the instruments in the run's time beside their prices, in order of time, and
    /// at one time in that of the instruments.
    ///
    /// What is taken out of prices (`adjust` of the run file) is no event.
    func actions() throws(BacktestError) -> [InstrumentEvent] {
        var all: [InstrumentEvent] = []
        for index in instruments.indices {
            let work = RunActions(
                instrument: instruments[index], index: index, record: records[index],
                adjust: adjust[index], adjustment: try splits(index))
            all += try work.events(from: run.from, before: run.to)
        }
        // Sorting keeps the order of one instrument's actions of one time.
        return all.enumerated().sorted {
            ($0.element.time_ns, $0.offset) < ($1.element.time_ns, $1.offset)
        }.map(\.element)
    }

    /// By which splits are taken out of dividends, where they are out of prices.
    private func splits(_ index: Int) throws(BacktestError) -> Adjustment? {
        guard adjust[index] == .splits, let series = series(of: index).first else { return nil }
        do throws(HistoryError) {
            return try Adjustment(.splits, of: series, by: records[index])
        } catch { throw BacktestError(HouseMessage(error.message)) }
    }

    /// The key of the stored series that a run file means: that of the name itself, or else of the
    /// one instrument that went by that name when the run begins.
    private static func resolved(
        _ key: SeriesKey, _ from: Int64?, _ folder: HistoryFolder
    ) throws(HistoryError) -> SeriesKey {
        guard !folder.has(key) else { return key }
        let names = try folder.instruments(called: key.instrument, at: from)
        guard let name = names.first else { return key }
        guard names.count == 1 else {
            throw HistoryError(
                .option, "\(names.count) instruments were called \(key.instrument)",
                found: names.joined(separator: ", "),
                help: "give the run a from, or name one of them")
        }
        return SeriesKey(instrument: name, kind: key.kind, interval_ns: key.interval_ns)
    }

    /// The run's first instant: as it says, or that of its data; nil without any.
    var start_ns: Int64? {
        run.from ?? series.values.joined().compactMap(\.firstTime_ns).min()
    }

    private func series(of instrument: Int) -> [Series] {
        series[instruments[instrument].name] ?? []
    }

    private static func key(_ choice: SeriesChoice) -> SeriesKey {
        let kind: RialtoHistory.SeriesKind =
            switch choice.kind {
            case .bars: .bars
            case .trades: .trades
            case .quotes: .quotes
            case .book: .book
            case .marks: .marks
            case .openInterest: .openInterest
            case .liquidations: .liquidations
            }
        return SeriesKey(instrument: choice.name, kind: kind, interval_ns: choice.interval ?? 0)
    }

    private static func missing(
        _ run: RunFile, _ index: Int, _ key: SeriesKey, _ error: HistoryError,
        _ folder: HistoryFolder
    ) -> HouseMessage {
        let known = (try? folder.list())?.map(\.key.text) ?? []
        return run.document.message(
            at: ConfigPath("instruments[\(index)].name"),
            error.kind == .notFound
                ? "there are no data for \(key.text); stored are: "
                    + (known.isEmpty ? "none" : known.joined(separator: ", "))
                : error.message,
            details: [.init("folder", folder.path)],
            help: "import them with: rialto data import FILE --instrument \(key.instrument)")
    }

    private static func missingTexts(
        _ run: RunFile, _ index: Int, _ error: HistoryError, _ folder: HistoryFolder
    ) -> HouseMessage {
        let known = (try? folder.scanTexts().series)?.map(\.name) ?? []
        return run.document.message(
            at: ConfigPath("texts[\(index)]"),
            error.kind == .notFound
                ? "there are no texts \(run.texts[index]); stored are: "
                    + (known.isEmpty ? "none" : known.joined(separator: ", "))
                : error.message,
            details: [.init("folder", folder.path)],
            help: "import them with: rialto data import-texts FILE --to \(run.texts[index])")
    }

    private static func disagreement(
        _ run: RunFile, _ index: Int, _ choice: SeriesChoice
    ) -> HouseMessage {
        run.document.message(
            at: ConfigPath("instruments[\(index)].name"),
            "the stored series of \(choice.name) disagree on its decimals, steps or currency",
            help: "import them again with the same --price-decimals and --quantity-decimals")
    }

    /// Index of an instrument by name.
    func index(of name: String) -> Int? { places[name] }

    /// What the venue sees of an instrument: its trades, or else its shortest bars.
    private func venueSeries(_ instrument: Int) -> Series? {
        let own = series(of: instrument)
        return own.first { $0.kind == .trades }
            ?? own.filter { $0.kind == .bars }.min { $0.interval_ns < $1.interval_ns }
    }

    /// The feed that the venue matches on: of each instrument its trades, or else its shortest
    /// bars, with its quotes and its book where the run has them; for accounts with margin also
    /// what its venue values positions at.
    func venueFeed() throws(BacktestError) -> FeedMemory {
        var sources: [FeedSource] = []
        let hasMargin = run.accounts.contains { $0.margin != nil }
        for index in instruments.indices {
            let name = instruments[index].name
            let offers = series(of: index).filter { $0.kind == .quotes || $0.kind == .book }
            let own = [venueSeries(index)].compactMap(\.self) + offers
            guard !own.isEmpty else {
                throw BacktestError(
                    HouseMessage(
                        "\(name) has no bars, trades, quotes or book to trade on",
                        help: "add one of them to the run file's instruments"))
            }
            let marks = hasMargin ? series(of: index).filter { $0.kind == .marks } : []
            sources += (own + marks).map { FeedSource(series: $0, instrument: index) }
        }
        return try memory(sources)
    }

    /// What an instance is given: each of its needs, for each of its instruments.
    func feed(
        kinds: [(kind: EventKind, interval_ns: Int64, instrument: Int?)], instruments chosen: [Int],
        owner: String
    ) throws(BacktestError) -> FeedMemory? {
        var sources: [FeedSource] = [], told: [FeedNotices] = []
        let texts = try texts(
            for: kinds.filter { $0.kind == .texts }.map(\.instrument), chosen, owner)
        for need in kinds where need.kind != .texts {
            for index in need.instrument.map({ [$0] }) ?? chosen {
                if let notices = try notices(need.kind, index) {
                    let isKnown = told.contains { $0.kind == need.kind && $0.instrument == index }
                    if !isKnown { told.append(notices) }
                    continue
                }
                guard let kind = RunData.kind(need.kind) else { continue }
                let source = try source(kind, need.interval_ns, index, owner)
                let known = sources.firstIndex {
                    $0.instrument == index && $0.series === source
                }
                guard kind == .book else {
                    if known == nil {
                        sources.append(FeedSource(series: source, instrument: index))
                    }
                    continue
                }
                // A book is stored once and handed out as the kinds that were asked for.
                let kinds = EventKinds(need.kind).union(known.map { sources[$0].bookKinds } ?? [])
                let wanted = FeedSource(series: source, instrument: index, bookKinds: kinds)
                if let known { sources[known] = wanted } else { sources.append(wanted) }
            }
        }
        let isEmpty = sources.isEmpty && told.isEmpty && texts == nil
        return isEmpty ? nil : try memory(sources, told, texts)
    }

    /// News and posts for whoever needs them, of one instrument or of all that it may use; those
    /// about no instrument too.
    ///
    /// - Parameter needs: Instruments of the needs, nil for all; empty where there is no need.
    private func texts(
        for needs: [Int?], _ chosen: [Int], _ owner: String
    ) throws(BacktestError) -> (name: String, rows: RunTexts)? {
        guard !needs.isEmpty else { return nil }
        guard !texts.isEmpty else {
            throw BacktestError(
                HouseMessage(
                    "\(owner) needs texts, and the run has none",
                    help: "name a series of texts in the run file's texts, or leave it out"))
        }
        let wanted = Set(needs.flatMap { $0.map { [$0] } ?? chosen })
        let name = wanted.sorted().map(String.init).joined(separator: ",") + " texts"
        if let made = madeTexts[name] { return (name, made) }
        let made = RunTexts(texts, places: places, chosen: wanted, before: try textEnd())
        madeTexts[name] = made
        return (name, made)
    }

    /// Texts end with the market, as notices do.
    private func textEnd() throws(BacktestError) -> Int64? {
        let market = try venueFeed().feed
        let last = market.count > 0 ? market.time_ns[market.count - 1] : .min
        return min(run.to ?? .max, last == .max ? .max : last + 1)
    }

    /// What an instrument's feed tells beside its market; nil of kinds that are stored as series.
    ///
    /// It ends with the market: what comes after that changes nothing, and would prolong the run.
    private func notices(_ kind: EventKind, _ index: Int) throws(BacktestError) -> FeedNotices? {
        guard kind == .status || kind == .funding else { return nil }
        let market = try venueFeed().feed
        let last = market.count > 0 ? market.time_ns[market.count - 1] : .min
        let name = instruments[index].name
        let work = RunNotices(
            index, records[index], book: series(of: index).first { $0.kind == .book },
            gaps: gaps[name], watched: watched[name] ?? [], from: run.from,
            before: min(run.to ?? .max, last == .max ? .max : last + 1))
        guard kind == .status else { return work.funding }
        do throws(HistoryError) { return try work.status() } catch {
            throw BacktestError(HouseMessage(error.message))
        }
    }

    private static func kind(_ kind: EventKind) -> RialtoHistory.SeriesKind? {
        switch kind {
        case .bars: .bars
        case .trades: .trades
        case .quotes: .quotes
        case .books, .bookDeltas: .book
        case .marks: .marks
        case .openInterest: .openInterest
        case .liquidations: .liquidations
        default: nil
        }
    }

    private func source(
        _ kind: RialtoHistory.SeriesKind, _ interval_ns: Int64, _ index: Int, _ owner: String
    ) throws(BacktestError) -> Series {
        let name = instruments[index].name
        let own = series(of: index).filter { $0.kind == kind }
            .sorted { $0.interval_ns < $1.interval_ns }
        if let exact = own.first(where: { interval_ns == 0 || $0.interval_ns == interval_ns }) {
            return exact
        }
        if kind == .bars, let base = own.first ?? venueSeries(index),
            interval_ns > 0 || base.kind == .trades
        {
            let interval = interval_ns > 0 ? interval_ns : 60_000_000_000
            do throws(HistoryError) {
                let calendar = records[index].calendar
                let isDay = interval == CivilDay.length_ns && calendar != .always
                let made =
                    isDay
                    ? try base.days(of: calendar, partialLast: .drop).bars
                    : try base.resampled(to: interval, partialLast: .drop)
                series[name, default: []].append(made)
                return made
            } catch {
                throw BacktestError(
                    HouseMessage(
                        "\(owner) needs bars of \(Interval.text(interval)) of \(name): "
                            + error.message,
                        help: "choose an interval that is a multiple of the stored one"))
            }
        }
        throw BacktestError(
            HouseMessage(
                "\(owner) needs \(kind.name) of \(name), and the run has none",
                help:
                    "add the \(kind.name) of \(name) to the run file's instruments, or leave it out"
            ))
    }

    /// The feed of these sources, made once however many instances read it.
    private func memory(
        _ sources: [FeedSource], _ notices: [FeedNotices] = [],
        _ texts: (name: String, rows: RunTexts)? = nil
    ) throws(BacktestError) -> FeedMemory {
        let told = notices.map { "\($0.instrument) \($0.kind)" }
        let series = sources.map {
            "\($0.instrument) \($0.series.key.text) \($0.bookKinds.rawValue)"
        }
        let name = (series + told).sorted() + (texts.map { [$0.name] } ?? [])
        if let made = feeds[name] { return made }
        do throws(HistoryError) {
            let made = try FeedBuilder.build(
                sources, notices: notices, texts: texts?.rows, from: run.from, before: run.to,
                in: scratch)
            feeds[name] = made
            return made
        } catch { throw BacktestError(scratch: error) }
    }

    /// For a reader of all feeds that were made so far.
    var wake: FeedWake { FeedWake(feeds.values.flatMap(\.tracks)) }
}
