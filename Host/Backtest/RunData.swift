import RialtoConfiguration
import RialtoHistory
import RialtoText
import RialtoValues

/// The stored series that a run reads, and the instruments that they make.
final class RunData {
    /// In the order in which the run file names them first.
    let instruments: [Instrument]
    private let places: [String: Int]
    /// The series of each instrument, by its name.
    private var series: [String: [Series]]
    private let run: RunFile
    private var feeds: [[String]: FeedMemory] = [:]
    /// Where the columns of feeds lie that are joined from several series.
    private let scratch: ScratchMemory

    /// Opens everything that the run file names; tells all that is missing at once.
    init(_ run: RunFile) throws(BacktestError) {
        self.run = run
        scratch = ScratchMemory(besides: run.document.resolved(run.data))
        let folder = HistoryFolder(path: run.document.resolved(run.data) + "/history")
        var instruments: [Instrument] = [], series: [String: [Series]] = [:]
        var places: [String: Int] = [:], problems: [HouseMessage] = []
        for (index, choice) in run.instruments.enumerated() {
            let key = RunData.key(choice)
            do throws(HistoryError) {
                let opened = try folder.open(key)
                let known = series[choice.name]?.contains { $0.key == key } ?? false
                if !known { series[choice.name, default: []].append(opened) }
                if let place = places[choice.name] {
                    if instruments[place] != opened.instrument {
                        problems.append(RunData.disagreement(run, index, choice))
                    }
                } else {
                    places[choice.name] = instruments.count
                    instruments.append(opened.instrument)
                }
            } catch {
                problems.append(RunData.missing(run, index, key, error, folder))
            }
        }
        guard problems.isEmpty else { throw BacktestError(problems) }
        self.instruments = instruments
        self.series = series
        self.places = places
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
    /// bars, with its quotes and its book where the run has them.
    func venueFeed() throws(BacktestError) -> FeedMemory {
        var sources: [FeedSource] = []
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
            sources += own.map { FeedSource(series: $0, instrument: index) }
        }
        return try memory(sources)
    }

    /// What an instance is given: each of its needs, for each of its instruments.
    func feed(
        kinds: [(kind: EventKind, interval_ns: Int64, instrument: Int?)], instruments chosen: [Int],
        owner: String
    ) throws(BacktestError) -> FeedMemory? {
        var sources: [FeedSource] = []
        for need in kinds {
            for index in need.instrument.map({ [$0] }) ?? chosen {
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
        return sources.isEmpty ? nil : try memory(sources)
    }

    private static func kind(_ kind: EventKind) -> RialtoHistory.SeriesKind? {
        switch kind {
        case .bars: .bars
        case .trades: .trades
        case .quotes: .quotes
        case .books, .bookDeltas: .book
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
                let made = try base.resampled(to: interval, partialLast: .drop)
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
    private func memory(_ sources: [FeedSource]) throws(BacktestError) -> FeedMemory {
        let name = sources.map {
            "\($0.instrument) \($0.series.key.text) \($0.bookKinds.rawValue)"
        }.sorted()
        if let made = feeds[name] { return made }
        do throws(HistoryError) {
            let made = try FeedBuilder.build(sources, from: run.from, before: run.to, in: scratch)
            feeds[name] = made
            return made
        } catch { throw BacktestError(scratch: error) }
    }

    /// Lets go of what is resident of all feeds before `time`, Unix nanoseconds.
    func release(before time: Int64) {
        for feed in feeds.values { feed.release(before: time) }
    }
}
