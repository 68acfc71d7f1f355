import Foundation
import RialtoTestSupport
import Testing

/// The sanitized builds, made once; why not where that failed.
private let sanitized: Result<String, BuildFailure> = {
    let folder = repository.appendingPathComponent(".build/sanitizers").path
    let script = repository.appendingPathComponent("Tests/Sanitizers/build").path
    guard let built = try? runProgram(["bash", script, folder]) else {
        return .failure(BuildFailure(output: "bash could not be started"))
    }
    return built.status == 0 ? .success(folder) : .failure(BuildFailure(output: built.output))
}()

// More of it runs with scripts/prove sanitizers.
@Suite(.serialized) struct `Under the sanitizers` {
    @Test func `two threads take turns in the shared memory without a race`() throws {
        let folder = try sanitized.get(), plugin = folder + "/plugin-thread.so"
        let clean = try runProgram([folder + "/rings", plugin, "6", "400", "2"])
        #expect(clean.status == 0, "\(clean.output)")
        #expect(clean.output.hasPrefix("6 workers, "))
        let planted = try runProgram([folder + "/rings-planted", plugin, "2", "400", "2"])
        #expect(planted.output.contains("data race"), "a planted race was not found")
    }

    @Test(arguments: ["launch-address", "launch-thread"])
    func `workers are started, asked and killed by several threads`(_ program: String) throws {
        let folder = try sanitized.get()
        for plugin in ["plugin.so", "plugin-address.so"] {
            let ran = try runProgram([
                folder + "/" + program, folder + "/rialto-worker", folder + "/" + plugin, "3", "4",
                "100", "7",
            ])
            #expect(ran.status == 0, "\(ran.output)")
            #expect(ran.output.hasPrefix("12 workers of 3 threads"), "\(ran.output)")
            #expect(ran.output.hasSuffix("layers 255\n") || getuid() != 0, "\(ran.output)")
        }
    }
}
