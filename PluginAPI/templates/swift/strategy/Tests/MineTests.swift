import RialtoTestHost
import Testing

@testable import {{module}}

@Suite struct `The strategy` {
    @Test func `buys after rises and sells after a fall`() throws {
        let host = try TestHost(entry: entry, parameters: ["length": 2])
        let closes: [Int64] = [100, 101, 102, 103, 104, 90, 91]
        let intents = try host.push(
            closes.enumerated().map { .bar(at: Int64($0) + 1, close: $1) })
        #expect(intents == [.target(0, 1, at: 3), .target(0, 0, at: 6)])
    }
}
