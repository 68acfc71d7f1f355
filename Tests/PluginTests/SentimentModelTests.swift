import RialtoTestHost
import Testing

@Suite struct `The sentiment model` {
    private let hour: Int64 = 3_600_000_000_000

    private func host(
        _ more: [String: TestValue] = [:], instruments: [InstrumentInfo] = [.test()]
    ) throws -> TestHost {
        let base: [String: TestValue] = [
            "half_life": .integer(hour), "horizon": .integer(hour), "reach": 0.2,
        ]
        return try Bundled.host("sentiment", base.merging(more) { $1 }, instruments: instruments)
    }

    private func text(
        _ time_ns: Int64, _ title: String, about instrument: UInt32? = 0, published: Int64? = nil
    ) -> TestEvent {
        .text(
            TextEvent(
                time_ns: time_ns, publishedTime_ns: published, instrument: instrument,
                source: "wire", title: title))
    }

    /// Probabilities of bars, without what is published.
    private func bars(_ forecasts: [TestForecast]) -> [TestForecast] {
        forecasts.filter { $0.kind == RIALTO_FORECAST_PROBABILITY_UP }
    }

    @Test func `moves with the news, half as far after each half-life`() throws {
        let all = try host().forecasts([
            .bar(at: 1, close: 100), text(hour, "Bitcoin soars"), .bar(at: hour, close: 100),
            .bar(at: 2 * hour, close: 100),
        ])
        // A word of 1, twice: 2 / 3.5. Half of it beside the one score of 0.
        let score = 2 / 3.5, first = bars(all)
        #expect(first.map(\.time_ns) == [1, hour, 2 * hour])
        // The bar of its time comes before the text.
        #expect(first[0].value == 0.5 && first[1].value == 0.5 && first[1].confidence == 0)
        #expect((first[2].value - (0.5 + 0.2 * score * 0.5 / 1.5)).magnitude < 1e-9)
        #expect((first[2].confidence - 0.5 / 1.5).magnitude < 1e-9)
        let published = all.filter { $0.kind == RIALTO_FORECAST_SERIES }
        #expect(published.map(\.time_ns) == [1, hour, hour, 2 * hour])
        #expect((published[2].value - score / 2).magnitude < 1e-12)
        #expect(try host().publishes == ["sentiment"])
    }

    @Test func `is on both sides of even odds, and never leaves its reach`() throws {
        let news = ["Exchange hacked, prices crash", "Bitcoin soars to record"]
        let values = try news.map { title in
            let flood = (1...50).map { text($0, "\(title) \($0)") }
            return try #require(bars(try host().forecasts(flood + [.bar(at: 60, close: 1)])).first)
        }
        #expect(values[0].value < 0.4 && values[0].value > 0.3)
        #expect(values[1].value > 0.6 && values[1].value < 0.7)
    }

    @Test func `counts the market's news for all, its own alone, and what is old for less`() throws
    {
        let two = [InstrumentInfo.test(), .test("ETH/USD", index: 1)]
        func after(_ event: TestEvent) throws -> [Double] {
            let end: [TestEvent] = [.bar(at: hour, 0, close: 1), .bar(at: hour, 1, close: 1)]
            return bars(try host(instruments: two).forecasts([event] + end)).map(\.value)
        }
        let own = try after(text(hour - 1, "Bitcoin soars", about: 1))
        #expect(own[0] == 0.5 && own[1] > 0.55)
        let market = try after(text(hour - 1, "Bitcoin soars", about: nil))
        #expect(market[0] == market[1] && market[0] > 0.5 && market[0] < own[1])
        let old = try after(text(hour - 1, "Bitcoin soars", about: 1, published: -hour))
        #expect(old[1] > 0.5 && old[1] < own[1])
    }

    @Test func `counts a text once that comes again, and one without known words not at all`()
        throws
    {
        let once = try host().forecasts([text(1, "Bitcoin soars"), .bar(at: 9, close: 1)])
        let again = try host().forecasts([
            text(1, "Bitcoin soars"), text(2, "Bitcoin soars"), text(3, "The cat sat"),
            .bar(at: 9, close: 1),
        ])
        #expect(again == once && once.count == 3)
    }

    @Test func `says the same however batches are cut, and after it was saved`() throws {
        let events: [TestEvent] = (1...40).map { step in
            step % 3 == 0
                ? .bar(at: Int64(step) * hour / 7, close: 100)
                : text(Int64(step) * hour / 7, "Prices rise \(step % 5 == 0 ? "not" : "") \(step)")
        }
        let whole = try host().forecasts(events)
        #expect(try host().forecasts(events, rows: 1) == whole)
        let first = try host(), second = try host()
        let before = try first.forecasts(Array(events[..<20]))
        try second.restore(try #require(try first.save()))
        #expect(before + (try second.forecasts(Array(events[20...]))) == whole)
    }

    @Test func `refuses what was saved for other instruments`() throws {
        let saved = try #require(try host().save())
        let two = try host(instruments: [.test(), .test("ETH/USD", index: 1)])
        #expect(throws: TestFailure.self) { try two.restore(saved) }
        #expect(throws: TestFailure.self) { try host().restore(Array(saved.dropLast())) }
    }
}
