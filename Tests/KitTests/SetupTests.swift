import RialtoTestHost
import Testing

@Suite struct `Making a plugin of the Swift kit` {
    @Test func `gives it parameters, numbers, files and instruments`() throws {
        let host = try TestHost(
            .strategy(Probe.self), parameters: ["quantity": .decimal(125, decimals: 2)],
            resources: ["weights": [1, 2, 3]])
        #expect(
            host.log == [
                "quantity 125 2", "random false", "before none", "file 3", "instruments BTC/USD",
            ])
    }

    @Test func `uses the defaults of what is not given`() throws {
        let host = try TestHost(.strategy(Probe.self))
        #expect(host.log.first == "quantity 25 1")
        #expect(!host.isOpenLoop)
    }

    @Test func `gives the text of an init that fails`() {
        let refusal = TestFailure.refused(
            code: RIALTO_ERROR_PARAMETER, text: "factor is 1.5, which is odd")
        #expect(throws: refusal) {
            try TestHost(.strategy(Probe.self), parameters: ["factor": 1.5])
        }
    }

    @Test(
        arguments: [
            ["every": 0], ["every": 1.5], ["act": "dance"], ["factor": 3], ["nothing": 1],
            ["quantity": .decimal(5, decimals: 4)], ["quantity": 11],
        ] as [[String: TestValue]])
    func `refuses a parameter that its definition does not allow`(given: [String: TestValue]) {
        #expect(throws: TestFailure.self) {
            try TestHost(.strategy(Probe.self), parameters: given)
        }
    }

    @Test func `finds a plugin by its id, and says when there is none`() throws {
        let library = Library(.strategy(Probe.self), .model(Oracle.self))
        let host = try TestHost(
            entry: { library.answer($0, $1, $2) }, id: "org.example.oracle")
        #expect(host.needs == [RIALTO_KIND_BARS])
        #expect(throws: TestFailure.noPlugin("org.example.none")) {
            try TestHost(entry: { library.answer($0, $1, $2) }, id: "org.example.none")
        }
    }

    @Test func `refuses a host of another major`() {
        let library = Library(.strategy(Probe.self))
        var host = rialto_host_t(), error = rialto_error_t()
        host.abi_major_min = RIALTO_ABI_MAJOR + 1
        host.abi_major_max = RIALTO_ABI_MAJOR + 2
        var out: UnsafePointer<rialto_library_t>?
        #expect(library.answer(&host, &out, &error) == RIALTO_ERROR_ABI)
        #expect(out == nil && error.code == RIALTO_ERROR_ABI)
    }

    @Test func `saves a state in pieces, and goes on from it with the same intents`() throws {
        for piece in [1, 3, 16, 100] {
            let first = try TestHost(.strategy(Probe.self))
            _ = try first.push(bars([1, 2, 3]))
            let state = try #require(try first.save(piece: piece))
            let second = try TestHost(.strategy(Probe.self))
            try second.restore(state, piece: piece)
            #expect(try second.push(bars([4])) == first.push(bars([4])))
        }
    }

    @Test func `refuses a state that is cut, and keeps none where there is none`() throws {
        let host = try TestHost(.strategy(Probe.self))
        let state = try #require(try host.save())
        #expect(throws: TestFailure.state(code: RIALTO_ERROR_STATE)) {
            try host.restore(Array(state.dropLast()))
        }
        #expect(try TestHost(.strategy(Probe.self), parameters: ["act": "nothing"]).save() == nil)
    }
}

@Suite struct `A model of the Swift kit` {
    @Test func `answers every row, in one call or in many`() throws {
        let whole = try TestHost(.model(Oracle.self)).forecasts(bars(Array(1...200)))
        #expect(whole.count == 200 && whole[7].value == 0.6 && whole[7].time_ns == 8)
        let host = try TestHost(.model(Oracle.self))
        #expect(try host.forecasts(bars(Array(1...200)), rows: 7, room: 66) == whole)
    }

    @Test func `goes on from a saved state, taken in pieces of any size`() throws {
        for piece in [1, 3, 8, 100] {
            let first = try TestHost(.model(Oracle.self), parameters: ["counts": true])
            _ = try first.forecasts(bars(Array(1...20)))
            let state = try #require(try first.save(piece: piece))
            let second = try TestHost(.model(Oracle.self), parameters: ["counts": true])
            try second.restore(state, piece: piece)
            #expect(try second.forecasts(bars([21])).map(\.value) == [0.021])
            #expect(throws: TestFailure.state(code: RIALTO_ERROR_STATE)) {
                try second.restore(Array(state.dropLast()))
            }
        }
        #expect(try TestHost(.model(Oracle.self)).save() == nil)
    }

    @Test(arguments: [-0.5, 1.5])
    func `is found out when it says what cannot be`(probability: Double) throws {
        let host = try TestHost(
            .model(Oracle.self), parameters: ["probability": .number(probability)])
        #expect(throws: TestFailure.self) { try host.forecasts(bars([1])) }
    }
}
