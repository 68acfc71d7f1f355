import RialtoFeatures
import RialtoHistory
import RialtoSentiment

/// Features of stored bars, row by row as a live run would see them.
package struct FeatureTable {
    /// What features may be made of beside the bars.
    package struct Sources {
        package var quotes: Series?
        package var openInterest: Series?
        /// When a funding rate was fixed, in nanoseconds, rising, and the rate.
        package var funding: [(time_ns: Int64, rate: Double)] = []
        /// When a text could be known, in nanoseconds, rising, and its score, -1...1.
        package var texts: [(time_ns: Int64, score: Double)] = []

        package init() {}
    }

    package let schema: FeatureSchema
    /// When each bar closed.
    package let time_ns: [Int64]
    /// In units of the instrument's price.
    package let close: [Double]
    /// Row by row, with one value for each feature; NaN where it was not known.
    package let values: [Double]

    /// - Parameters:
    ///   - bars: Of the schema's length.
    ///   - progress: Is told how many bars are done, now and then.
    package init(
        _ schema: FeatureSchema, _ bars: Series, _ sources: Sources,
        progress: (Int) -> Void = { _ in }
    ) {
        var feed = FeatureFeed(schema, sources), time_ns: [Int64] = [], close: [Double] = []
        var values: [Double] = []
        time_ns.reserveCapacity(bars.count)
        close.reserveCapacity(bars.count)
        values.reserveCapacity(bars.count * schema.features.count)
        if let columns = bars.bars {
            for row in 0..<columns.count {
                feed.bar(columns, row)
                time_ns.append(columns.time_ns[row])
                close.append(Double(columns.close[row]))
                values.append(contentsOf: feed.stream.row)
                if row % 65_536 == 0 { progress(row) }
            }
            progress(columns.count)
        }
        self.schema = schema
        self.time_ns = time_ns
        self.close = close
        self.values = values
    }

    /// The features of a row.
    package func row(_ row: Int) -> ArraySlice<Double> {
        let width = schema.features.count
        return values[row * width..<(row + 1) * width]
    }
}

/// Feeds a stream with what was known when each bar closed.
private struct FeatureFeed {
    var stream: FeatureStream
    private let sources: FeatureTable.Sources
    private var quote = 0
    private var openInterest = 0
    private var funding = 0
    private var text = 0

    init(_ schema: FeatureSchema, _ sources: FeatureTable.Sources) {
        stream = FeatureStream(schema)
        self.sources = sources
    }

    mutating func bar(_ bars: BarColumns, _ row: Int) {
        let now_ns = bars.time_ns[row]
        takeQuotes(to: now_ns)
        takeOpenInterest(to: now_ns)
        while funding < sources.funding.count, sources.funding[funding].time_ns <= now_ns {
            stream.take(fundingRate: sources.funding[funding].rate)
            funding += 1
        }
        while text < sources.texts.count, sources.texts[text].time_ns <= now_ns {
            stream.take(sentiment: sources.texts[text].score)
            text += 1
        }
        stream.take(
            open: Double(bars.open[row]), high: Double(bars.high[row]), low: Double(bars.low[row]),
            close: Double(bars.close[row]), volume: Double(bars.volume[row]))
    }

    /// The last quote up to now; those before it are as good as never said.
    private mutating func takeQuotes(to now_ns: Int64) {
        guard let quotes = sources.quotes?.quotes else { return }
        let first = quote
        while quote < quotes.count, quotes.time_ns[quote] <= now_ns { quote += 1 }
        guard quote > first else { return }
        stream.take(
            bid: Double(quotes.bidQuantity[quote - 1]), ask: Double(quotes.askQuantity[quote - 1]))
    }

    private mutating func takeOpenInterest(to now_ns: Int64) {
        guard let open = sources.openInterest?.openInterest else { return }
        let first = openInterest
        while openInterest < open.count, open.time_ns[openInterest] <= now_ns { openInterest += 1 }
        guard openInterest > first else { return }
        stream.take(openInterest: Double(open.quantity[openInterest - 1]))
    }
}

extension FeatureTable.Sources {
    /// Scores of the texts about an instrument, or about none, by the words that stand in them;
    /// those in which no word is known are left out.
    package mutating func take(_ series: [TextSeries], of instrument: String) {
        for one in series {
            for row in 0..<one.count {
                let about = one.text(row, .instrument)
                guard about.isEmpty || about == instrument else { continue }
                let score = TextScore(title: one.text(row, .title), body: one.text(row, .body))
                if score.words > 0 { texts.append((one.time_ns[row], score.value)) }
            }
        }
        texts = texts.enumerated().sorted {
            ($0.element.time_ns, $0.offset) < ($1.element.time_ns, $1.offset)
        }.map(\.element)
    }
}
