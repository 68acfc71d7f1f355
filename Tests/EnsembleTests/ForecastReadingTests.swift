import RialtoEnsemble
import RialtoValues
import Testing

@Suite struct `A forecast` {
    @Test func `of a normal return rises with the probability of its mean over its deviation`() {
        #expect(abs(Forecast.normal(0.01, 0.01).probabilityUp - 0.841_344_746_068_543) < 1e-12)
        #expect(Forecast.normal(0, 0.02).probabilityUp == 0.5)
        #expect(Forecast.normal(0.01, 0).probabilityUp == 1)
        #expect(Forecast.normal(-0.01, 0).probabilityUp == 0)
        #expect(Forecast.normal(0, 0).probabilityUp == 0.5)
        #expect(Forecast.normal(0.01, 0.02).expectedReturn == 0.01)
    }

    @Test func `by quantiles is read along straight lines with flat ends`() throws {
        let even = Forecast.quantiles([(0.1, -2), (0.5, 0), (0.9, 2)])
        #expect(abs(even.probabilityUp - 0.5) < 1e-15)
        #expect(abs(try #require(even.expectedReturn)) < 1e-15)
        #expect(abs(Forecast.quantiles([(0.25, -1), (0.75, 3)]).probabilityUp - 0.625) < 1e-15)
        #expect(abs(Forecast.quantiles([(0.2, 1), (0.8, 3)]).probabilityUp - 0.8) < 1e-15)
        #expect(abs(Forecast.quantiles([(0.2, -3), (0.8, -1)]).probabilityUp - 0.2) < 1e-15)
        let tied = Forecast.quantiles([(0.2, -1), (0.4, 0), (0.6, 0), (0.8, 1)])
        #expect(abs(tied.probabilityUp - 0.5) < 1e-15)
    }

    @Test func `of a target is a probability and a position`() {
        let short = Forecast.make(kind: .targetPosition, value: -0.5)
        #expect(short.probabilityUp == 0.25 && short.position == -0.5)
        #expect(Forecast.make(value: 0.75).position == 0.5)
    }

    @Test func `is faulty when it is no number, out of range, or about no time`() {
        #expect(Forecast.make(value: .nan).fault == .notFinite)
        #expect(Forecast.make(value: .infinity).fault == .notFinite)
        #expect(Forecast.make(value: 1.01).fault == .outOfRange)
        #expect(Forecast.make(value: 0.5, confidence: -0.1).fault == .outOfRange)
        #expect(Forecast.make(value: 0.5, confidence: .nan).fault == .notFinite)
        #expect(Forecast.make(value: 0.5, horizon: 0).fault == .horizon)
        #expect(Forecast.make(value: 0.5, issued: .max - 1, horizon: 2).fault == .horizon)
        #expect(Forecast.make(value: 0.5, issued: 10, validFor: -1).fault == .validity)
        #expect(Forecast.make(kind: .targetPosition, value: -1.5).fault == .outOfRange)
        #expect(Forecast.normal(0, -1).fault == .outOfRange)
        #expect(Forecast.quantiles([(0.5, 1)]).fault == .quantiles)
        #expect(Forecast.quantiles([(0.5, 1), (0.4, 2)]).fault == .quantiles)
        #expect(Forecast.quantiles([(0.5, 1), (0.6, 0)]).fault == .quantiles)
        #expect(Forecast.quantiles([(0.5, 1), (1, 2)]).fault == .outOfRange)
        #expect(Forecast.quantiles([(0.5, 1), (0.6, .nan)]).fault == .notFinite)
        #expect(Forecast.make(value: 0.5).fault == nil)
    }
}

extension Forecast {
    static func make(
        model: Int = 0, instrument: UInt32 = 0, kind: ForecastKind = .probabilityUp, value: Double,
        issued: Int64 = 0, horizon: Int64 = 10, validFor: Int64 = 1_000, confidence: Double = 1,
        deviation: Double = 0
    ) -> Forecast {
        Forecast(
            model: UInt32(model), instrument: instrument, kind: kind, issued_ns: issued,
            validUntil_ns: issued.addingReportingOverflow(validFor).partialValue,
            horizon_ns: horizon, confidence: confidence, value: value, deviation: deviation)
    }

    static func normal(_ mean: Double, _ deviation: Double) -> Forecast {
        make(kind: .meanDeviation, value: mean, deviation: deviation)
    }

    static func quantiles(_ pairs: [(Double, Double)]) -> Forecast {
        var levels = InlineArray<8, Double>(repeating: 0)
        var values = InlineArray<8, Double>(repeating: 0)
        for (index, pair) in pairs.enumerated() { (levels[index], values[index]) = pair }
        return Forecast(
            model: 0, instrument: 0, kind: .quantiles, issued_ns: 0, validUntil_ns: 10,
            horizon_ns: 10,
            confidence: 1, value: 0, quantileLevels: levels, quantileValues: values,
            quantileCount: UInt8(pairs.count))
    }
}
