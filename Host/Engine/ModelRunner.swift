import RialtoEnsemble
import RialtoValues

/// A forecast as a model gave it, with the entry that it answers.
package struct GivenForecast: Sendable {
    /// Entry of the batch.
    package let row: Int
    /// `issued_ns`, `validUntil_ns` and `model` are set by the runner.
    package let forecast: Forecast
    /// How long the opinion stays fresh, in nanoseconds.
    package let valid_ns: Int64
    /// Of a published number, which is no forecast, the model's own number of the series; its
    /// instrument and value are those of `forecast`. nil of forecasts.
    package let series: UInt32?

    package init(row: Int, forecast: Forecast, valid_ns: Int64, series: UInt32? = nil) {
        self.row = row
        self.forecast = forecast
        self.valid_ns = valid_ns
        self.series = series
    }
}

/// A model as the engine knows it, whatever it is made of.
package struct ModelPort {
    package let historyRows: Int
    /// Reads a batch from the front and appends forecasts in the order of their rows. Serial.
    package let onBatch: (borrowing EventBatch, inout [GivenForecast]) -> BatchAnswer

    package init(
        historyRows: Int,
        onBatch: @escaping (borrowing EventBatch, inout [GivenForecast]) -> BatchAnswer
    ) {
        self.historyRows = historyRows
        self.onBatch = onBatch
    }
}

/// One model of a run.
package struct ModelSetup {
    package let id: String
    package let port: ModelPort
    package let feed: Feed
    /// The first entry of `feed` that belongs to the run; those before are warm-up.
    package let start: Int
    /// Instruments that it may use, by index.
    package var instruments: [Int] = []
    /// The series that it publishes and those that it reads, by their number in the run, in the
    /// order of its own numbers.
    package var publishes: [UInt32] = []
    package var reads: [UInt32] = []
    /// From when on the history of a strategy that reads what it publishes begins, Unix
    /// nanoseconds; Int64.max without one. Its own history begins early enough for that.
    package var readFrom_ns = Int64.max
    /// Time from an event to the forecast that answers it, 0 or more, in nanoseconds. What it
    /// publishes is there at once.
    package var latency_ns: Int64 = 0

    package init(id: String, port: ModelPort, feed: Feed, start: Int) {
        self.id = id
        self.port = port
        self.feed = feed
        self.start = start
    }
}

/// Runs the models and the ensemble ahead of the strategies: phases 3 to 5.
///
/// Models read only the market and what other models publish, so nothing that a strategy does can
/// reach them; what is forecast or published at T follows from events at or before T, and weights
/// used at T from settlements at or before T. A model runs after those whose series it reads.
package final class ModelRunner {
    private struct Pending {
        let time_ns: Int64
        let order: Int
        let forecast: Forecast
    }

    /// A published number before those of all models are in order.
    private struct Published {
        let model: Int
        let order: Int
        let event: SeriesEvent
    }

    private let models: [ModelSetup]
    package private(set) var ensemble: DynamicAIEnsemble
    /// What was forecast, in total order, with its own digest.
    private var log: RunLog
    private var cursors: [Int]
    private var hasEnded: [Bool]
    private var pending: [Pending] = []
    private var given: [GivenForecast] = []
    private let market: Feed
    private var position = 0
    private var marks: [Int64]
    private let batchLimit: Int
    private let merger = BatchMerger()
    private var through_ns = Int64.min
    /// Models in the order in which they run.
    private let sequence: [Int]
    /// What is published of the series that each model reads; nil where it reads none.
    private let mailboxes: [SeriesLog?]
    private var numberCursors: [Int]
    private let boards: [SeriesBoard]
    /// What is published and was not told to strategies yet.
    private var published: [Published] = []
    /// What was published before the run and was not told to strategies yet.
    private var history: [Published] = []
    /// Numbers that were published before the run: strategies are told of them at the first time.
    package private(set) var historyCount = 0
    /// What was published, in total order.
    private var numberLog: RunLog
    private var hasPublished = false
    /// Models that failed, by id, with the reason.
    package private(set) var failures: [(id: String, reason: String)] = []
    /// Models that failed and that the ensemble was not told of yet, with the time, by time.
    private var crashes: [(time_ns: Int64, model: Int)] = []
    /// What happens to instruments, by time; of it, funding is charged to positions.
    private let events: [InstrumentEvent]
    private var nextEvent = 0
    /// What was scored, for the ledger of the run; nil where it is not kept.
    private let scores: ScoreLog?
    /// Is told of every scored round, in order.
    package var onSettled: ((SettledRound) -> Void)?

    /// - Parameters:
    ///   - ensemble: Has these models by these indices; what it adds of its own comes after them.
    ///   - market: What gives the prices against which forecasts are settled.
    ///   - instruments: How many there are in the run.
    ///   - records: Takes every record, by the time of ``digest()``; nil keeps none.
    ///   - seriesRecords: Takes a record of every published number; nil keeps none.
    ///   - scoreRecords: Takes the ensemble's ledger; nil keeps none.
    ///   - events: What happens to instruments, by time.
    package init(
        models: [ModelSetup], ensemble: DynamicAIEnsemble, market: Feed, instruments: Int,
        batchLimit: Int, records: RecordSink?, seriesRecords: RecordSink? = nil,
        scoreRecords: RecordSink? = nil, events: [InstrumentEvent] = []
    ) {
        self.events = events
        // What is made of forecasts by the ensemble comes with them.
        let made = Array(
            repeating: Int64(0), count: max(0, ensemble.models.count - models.count))
        scores = scoreRecords.map { ScoreLog($0, latencies: models.map(\.latency_ns) + made) }
        sequence = Self.sequence(models)
        boards = models.map { _ in SeriesBoard() }
        mailboxes = zip(boards, models).map { board, model in
            model.reads.isEmpty ? nil : board.log(of: model.reads, instruments: model.instruments)
        }
        numberCursors = models.map { _ in 0 }
        numberLog = RunLog(seriesRecords)
        self.models = models
        self.ensemble = ensemble
        self.market = market
        self.batchLimit = batchLimit
        log = RunLog(records)
        cursors = models.map(\.start)
        hasEnded = models.map { _ in false }
        marks = Array(repeating: 0, count: instruments)
        var firstTimes = models.map { _ in Int64.max }, entries = models.map(\.start)
        for index in sequence.reversed() {
            entries[index] = warmUpStart(index, firstTimes)
            if entries[index] < models[index].start {
                firstTimes[index] = models[index].feed.time_ns[entries[index]]
            }
        }
        scores?.tell(ensemble.performanceLedger)
        for index in sequence { warmUp(index, from: entries[index]) }
        history = published
        published.removeAll(keepingCapacity: true)
        historyCount = history.count
    }

    /// Models such that each comes after those whose series it reads, else in the order of the run.
    private static func sequence(_ models: [ModelSetup]) -> [Int] {
        var sequence: [Int] = [], isPlaced = models.map { _ in false }
        func place(_ index: Int) {
            guard !isPlaced[index] else { return }
            isPlaced[index] = true
            for other in models.indices
            where models[other].publishes.contains(where: models[index].reads.contains) {
                place(other)
            }
            sequence.append(index)
        }
        for index in models.indices { place(index) }
        return sequence
    }

    /// Digest of every forecast, opinion and published number so far.
    package func digest() -> String {
        scores?.flush()
        return hasPublished ? RunLog.joint([log.digest(), numberLog.digest()]) : log.digest()
    }

    /// The door for an engine.
    package var forecaster: Forecaster {
        Forecaster { [self] time, events in advance(through: time, into: events) }
    }

    /// The first entry of a model's history: early enough for what it asked for, before the
    /// history of each of its readers.
    private func warmUpStart(_ index: Int, _ firstTimes: [Int64]) -> Int {
        let model = models[index]
        var first = model.readFrom_ns
        for other in models.indices
        where models[other].reads.contains(where: model.publishes.contains) {
            first = min(first, firstTimes[other])
        }
        let needed =
            first == .max
            ? model.start : min(model.start, model.feed.firstEntry(from: 0, notBefore: first))
        var entry = max(0, needed - model.port.historyRows * max(1, marks.count))
        guard entry < model.start else { return model.start }
        while entry > 0, model.feed.time_ns[entry - 1] == model.feed.time_ns[entry] { entry -= 1 }
        return entry
    }

    private func warmUp(_ index: Int, from first: Int) {
        let model = models[index]
        var at = PairedPlace(entry: first), ends = PairedPlace(entry: model.start)
        if let mailbox = mailboxes[index] {
            deliver(to: index)
            at.number =
                first < model.start
                ? mailbox.first(from: 0, notBefore: model.feed.time_ns[first]) : mailbox.count
            ends.number = mailbox.count
            numberCursors[index] = mailbox.count
        }
        while at != ends, !hasEnded[index] {
            var batch = batch(index, from: at, to: ends)
            batch.isWarmUp = true
            given.removeAll(keepingCapacity: true)
            let start_ns = self.time(index, at, entry: 0)
            guard let consumed = read(index, batch, at: start_ns, into: &given) else { return }
            for one in given where one.series != nil {
                take(one, model: index, at: time(index, at, entry: min(one.row, consumed - 1)))
            }
            at = after(consumed, index, from: at)
        }
    }

    /// A batch of a model's market and mailbox.
    private func batch(
        _ index: Int, from start: PairedPlace, to end: PairedPlace
    ) -> EventBatch {
        let feed = models[index].feed
        if let mailbox = mailboxes[index] {
            return merger.pairedBatch(feed, mailbox, from: start, to: end, batchLimit)
        }
        let last = min(start.entry + batchLimit, end.entry)
        var batch = slice(feed, from: start.entry, to: last)
        batch.moreFollows =
            last < feed.count && feed.time_ns[last] == feed.time_ns[last - 1]
        return batch
    }

    /// Time of an entry of the batch that begins at `start`.
    private func time(_ index: Int, _ start: PairedPlace, entry: Int) -> Int64 {
        mailboxes[index] == nil
            ? models[index].feed.time_ns[start.entry + entry] : merger.time(entry)
    }

    private func after(_ consumed: Int, _ index: Int, from start: PairedPlace) -> PairedPlace {
        mailboxes[index] == nil
            ? PairedPlace(entry: start.entry + consumed)
            : merger.place(after: consumed, from: start)
    }

    /// Brings a model what the models before it have published since the last time.
    private func deliver(to index: Int) {
        let reads = models[index].reads
        for one in inOrder(published) where reads.contains(one.event.series) {
            boards[index].publish(one.event)
        }
    }

    private func inOrder(_ published: [Published]) -> [Published] {
        published.sorted {
            ($0.event.time_ns, $0.model, $0.order) < ($1.event.time_ns, $1.model, $1.order)
        }
    }

    private func slice(_ feed: Feed, from start: Int, to end: Int) -> EventBatch {
        if feed.kind != nil { return merger.plainBatch(feed, from: start, to: end) }
        var batch = EventBatch()
        withUnsafePointer(to: feed) { Feed.point(&batch, at: $0, from: start, to: end) }
        return batch
    }

    /// Calls a model. Returns the entries it read; nil when that ended it.
    private func read(
        _ index: Int, _ batch: borrowing EventBatch, at time_ns: Int64,
        into out: inout [GivenForecast]
    ) -> Int? {
        let count = batch.count
        switch models[index].port.onBatch(batch, &out) {
        case .consumed(let consumed) where consumed > 0 && consumed <= count: return consumed
        case .consumed(let consumed):
            end(index, "it read \(consumed) of \(count) entries", at: time_ns)
        case .failed(let reason): end(index, reason, at: time_ns)
        }
        return nil
    }

    private func end(_ index: Int, _ reason: String, at time_ns: Int64) {
        hasEnded[index] = true
        crashes.append((time_ns, index))
        failures.append((models[index].id, reason))
    }

    // MARK: Time

    /// Makes and settles everything up to and including `time`.
    package func advance(through time: Int64, into events: ForecastLog) {
        guard time > through_ns else { return }
        through_ns = time
        for index in sequence where !hasEnded[index] { hand(index, through: time) }
        tell(events)
        pending.sort { a, b in
            if a.time_ns != b.time_ns { return a.time_ns < b.time_ns }
            if a.forecast.model != b.forecast.model { return a.forecast.model < b.forecast.model }
            return a.order < b.order
        }
        var first = 0
        // What is not known yet waits.
        while first < pending.count, pending[first].time_ns <= time {
            var last = first
            while last < pending.count, pending[last].time_ns == pending[first].time_ns {
                last += 1
            }
            crash(through: pending[first].time_ns)
            issue(pending[first..<last], into: events)
            first = last
        }
        pending.removeFirst(first)
        crash(through: time)
        settle(through: time)
    }

    /// Tells the ensemble of models that failed by `time`: what is due until then is settled, and
    /// what they said and is not is lost.
    private func crash(through time: Int64) {
        guard !crashes.isEmpty else { return }
        crashes.sort { ($0.time_ns, $0.model) < ($1.time_ns, $1.model) }
        while let first = crashes.first, first.time_ns <= time {
            crashes.removeFirst()
            settle(through: first.time_ns)
            try? ensemble.crashModel(id: models[first.model].id)
            tellScores()
        }
    }

    /// Keeps what has changed in the registry of models.
    private func tellScores() { scores?.tell(ensemble.performanceLedger) }

    private func hand(_ index: Int, through time: Int64) {
        let feed = models[index].feed
        let bound = time == .max ? .max : time + 1
        var ends = PairedPlace(entry: feed.firstEntry(from: cursors[index], notBefore: bound))
        if let mailbox = mailboxes[index] {
            deliver(to: index)
            ends.number = mailbox.first(from: numberCursors[index], notBefore: bound)
        }
        var at = PairedPlace(entry: cursors[index], number: numberCursors[index])
        while at != ends, !hasEnded[index] {
            let batch = batch(index, from: at, to: ends)
            given.removeAll(keepingCapacity: true)
            let start_ns = self.time(index, at, entry: 0)
            guard let consumed = read(index, batch, at: start_ns, into: &given) else { return }
            for one in given {
                let row = min(one.row, consumed - 1)
                take(one, model: index, at: self.time(index, at, entry: row))
            }
            at = after(consumed, index, from: at)
        }
        cursors[index] = at.entry
        numberCursors[index] = at.number
        mailboxes[index]?.drop(before: at.number)
    }

    private func take(_ one: GivenForecast, model: Int, at time: Int64) {
        let f = one.forecast
        if let series = one.series {
            published.append(
                Published(
                    model: model, order: published.count,
                    event: SeriesEvent(
                        time_ns: time, series: models[model].publishes[Int(series)],
                        instrument: f.instrument, value: f.value)))
            return
        }
        let (issued, isLost) = time.addingReportingOverflow(models[model].latency_ns)
        guard !isLost else { return }
        let (until, over) = issued.addingReportingOverflow(one.valid_ns)
        pending.append(
            Pending(
                time_ns: issued, order: pending.count,
                forecast: Forecast(
                    model: UInt32(model), instrument: f.instrument, kind: f.kind,
                    issued_ns: issued,
                    validUntil_ns: over ? .max : until, horizon_ns: f.horizon_ns,
                    confidence: f.confidence, value: f.value, deviation: f.deviation,
                    quantileLevels: f.quantileLevels, quantileValues: f.quantileValues,
                    quantileCount: f.quantileCount)))
    }

    /// Tells strategies what was published since the last time.
    private func tell(_ events: ForecastLog) {
        if !history.isEmpty {
            tell(history, events)
            history = []
        }
        guard !published.isEmpty else { return }
        tell(published, events)
        published.removeAll(keepingCapacity: true)
    }

    private func tell(_ published: [Published], _ events: ForecastLog) {
        hasPublished = true
        for one in inOrder(published) {
            record(one)
            events.board.publish(one.event)
        }
    }

    /// Settles what is due before `time` at the prices of its own moment, in the order of the dues.
    private func settle(through time: Int64) {
        while let due = ensemble.nextSettlement_ns, due <= time {
            advanceMarks(through: due)
            ensemble.settle(upTo: due, mark: { self.marks[Int($0)] }) { round in
                scores?.keep(round)
                onSettled?(round)
            }
        }
    }

    private func advanceMarks(through time: Int64) {
        while nextEvent < events.count, events[nextEvent].time_ns <= time {
            let event = events[nextEvent]
            if case .funding(let rate) = event.change {
                ensemble.fund(UInt32(event.instrument), rate: Double(rate.e9) / 1e9)
            }
            nextEvent += 1
        }
        while position < market.count, market.time_ns[position] <= time {
            let (kind, row) = market.place(position)
            let shared = market.oneInstrument == nil ? row : 0
            if kind == EventKind.bars.rawValue, let bars = market.bars {
                marks[Int(bars.instrument[shared])] = bars.close[row]
            } else if kind == EventKind.trades.rawValue, let trades = market.trades {
                marks[Int(trades.instrument[shared])] = trades.price[row]
            }
            position += 1
        }
    }

    /// One time: settlement, then forecasts, then what the ensemble makes of them.
    private func issue(_ group: ArraySlice<Pending>, into events: ForecastLog) {
        guard let time = group.first?.time_ns else { return }
        settle(through: time)
        advanceMarks(through: time)
        var touched: [Topic] = []
        let weights = ensemble.weights
        for entry in group {
            let forecast = entry.forecast
            let result = ensemble.issue(forecast, markPrice: marks[Int(forecast.instrument)])
            guard result == .accepted else { continue }
            tell(forecast, weight: weights[Int(forecast.model)], events)
            let topic = Topic(instrument: forecast.instrument, horizon_ns: forecast.horizon_ns)
            if let place = touched.firstIndex(of: topic) {
                touched[place].until_ns = max(touched[place].until_ns, forecast.validUntil_ns)
            } else {
                touched.append(topic)
                touched[touched.count - 1].until_ns = forecast.validUntil_ns
            }
        }
        touched.sort { ($0.instrument, $0.horizon_ns) < ($1.instrument, $1.horizon_ns) }
        for topic in touched {
            if let stacked = ensemble.stack(
                instrument: topic.instrument, horizon_ns: topic.horizon_ns, at: time)
            {
                tell(stacked, weight: weights[Int(stacked.model)], events)
            }
            speak(topic, at: time, into: events)
        }
    }

    private func tell(_ forecast: Forecast, weight: Double, _ events: ForecastLog) {
        record(forecast, weight: weight)
        events.append(event(forecast, weight: weight))
    }

    /// What the ensemble is to say something about.
    private struct Topic: Equatable {
        let instrument: UInt32
        let horizon_ns: Int64
        /// How long what was said of it is valid.
        var until_ns = Int64.min

        static func == (a: Topic, b: Topic) -> Bool {
            a.instrument == b.instrument && a.horizon_ns == b.horizon_ns
        }
    }

    /// The ensemble's own forecast; and the position, where positions are weighed apart.
    private func speak(_ topic: Topic, at time: Int64, into events: ForecastLog) {
        guard
            let opinion = ensemble.opinion(
                instrument: topic.instrument, horizon_ns: topic.horizon_ns, at: time)
        else { return }
        record(opinion, topic.instrument, at: time)
        events.append(own(topic, .probabilityUp, opinion.probabilityUp, at: time))
        if ensemble.configuration.positions != nil {
            events.append(own(topic, .targetPosition, opinion.position, at: time))
        }
    }

    private func own(
        _ topic: Topic, _ kind: ForecastKind, _ value: Double, at time: Int64
    ) -> ForecastEvent {
        ForecastEvent(
            time_ns: time, model: .max, instrument: topic.instrument, kind: kind.rawValue,
            horizon_ns: topic.horizon_ns, validUntil_ns: topic.until_ns, confidence: 1,
            value: value, deviation: 0, weight: 1)
    }

    private func event(_ f: Forecast, weight: Double) -> ForecastEvent {
        ForecastEvent(
            time_ns: f.issued_ns, model: f.model, instrument: f.instrument, kind: f.kind.rawValue,
            horizon_ns: f.horizon_ns, validUntil_ns: f.validUntil_ns, confidence: f.confidence,
            value: f.value, deviation: f.deviation, weight: weight)
    }

    // MARK: Records

    private func record(_ f: Forecast, weight: Double) {
        let r = log.append(.forecast, 9)
        r[0] = f.issued_ns
        r[1] = Int64(f.model)
        r[2] = Int64(f.instrument)
        r[3] = Int64(f.kind.rawValue)
        r[4] = f.horizon_ns
        r[5] = Int64(bitPattern: f.value.bitPattern)
        r[6] = Int64(bitPattern: f.deviation.bitPattern)
        r[7] = Int64(bitPattern: f.confidence.bitPattern)
        r[8] = Int64(bitPattern: weight.bitPattern)
    }

    private func record(_ one: Published) {
        let r = numberLog.append(.series, 5)
        r[0] = one.event.time_ns
        r[1] = Int64(one.model)
        r[2] = Int64(one.event.series)
        r[3] = Int64(one.event.instrument)
        r[4] = Int64(bitPattern: one.event.value.bitPattern)
    }

    private func record(_ opinion: Opinion, _ instrument: UInt32, at time: Int64) {
        let r = log.append(.opinion, 4)
        r[0] = time
        r[1] = Int64(instrument)
        r[2] = Int64(bitPattern: opinion.probabilityUp.bitPattern)
        r[3] = Int64(opinion.awake)
    }
}
