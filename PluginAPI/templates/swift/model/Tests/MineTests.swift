import RialtoTestHost
import Testing

@testable import {{module}}

@Suite struct `The model` {
    @Test func `expects the last move to go on`() throws {
        let host = try TestHost(entry: entry, parameters: ["horizon": 60_000_000_000])
        let closes: [Int64] = [100, 101, 101, 90]
        let forecasts = try host.forecasts(
            closes.enumerated().map { .bar(at: Int64($0) + 1, close: $1) })
        #expect(forecasts.map(\.value) == [0.52, 0.48])
        #expect(forecasts.map(\.time_ns) == [2, 4])
    }
}
