import Foundation
import Glibc
import RialtoConfiguration
import RialtoEngine
import RialtoNetwork
import RialtoText

/// Answers the requests of a run's strategies: from a recording, or from the network and into it.
///
/// A run that replays opens no socket and reads no secret. What is checked is the same in both
/// modes, so a request that would be refused is refused when it is replayed too.
struct RunRequests {
    private let settings: RequestSettings
    private let known: Recording
    /// Where answers go; nil where the run replays.
    private let file: RecordingFile?
    private let secrets: Secrets
    let refusals = RequestRefusals()

    /// Reads what the run file names.
    ///
    /// - Throws: ``BacktestError`` when the recording or a secret cannot be had.
    init(_ settings: RequestSettings, _ run: RunFile) throws(BacktestError) {
        self.settings = settings
        let path = run.document.resolved(settings.recording)
        do throws(NetworkError) {
            switch settings.mode {
            case .record:
                let file = try RecordingFile(path)
                self.file = file
                known = file.recording
            case .replay, .live:
                file = nil
                known = try RecordingFile.read(path)
            }
        } catch {
            throw BacktestError(
                run.document.message(
                    at: ConfigPath("requests").key("recording"), Self.text(error),
                    details: [.init("recording", settings.recording)],
                    help: settings.mode == .record
                        ? "name a file that this run alone writes"
                        : "record it first: --set requests.mode=record"))
        }
        secrets =
            settings.mode == .record ? Secrets(try Self.secrets(settings, run)) : Secrets([])
    }

    /// Who answers one strategy.
    ///
    /// - Parameters:
    ///   - asker: Account and id of the strategy: its requests are its own.
    ///   - declared: What its plugin says that it asks, as in its manifest.
    func port(asker: String, declared: [String]) -> RequestPort {
        let desk = RequestDesk(
            settings: settings, policy: policy(declared), asker: asker, known: known, file: file,
            secrets: secrets, refusals: refusals)
        return { (text, now, deadline) throws(RequestFailure) in
            try desk.answer(text, now, deadline)
        }
    }

    /// What a plugin declares, of what the operator allows.
    private func policy(_ declared: [String]) -> NetworkPolicy {
        let hosts = settings.hosts.compactMap(RequestSettings.place)
        var endpoints: [NetworkPolicy.Endpoint] = []
        for place in declared.map({ $0.split(separator: " ").map(String.init) })
        where place.count == 3 {
            endpoints += hosts.filter { place[1] == "*" || place[1] == $0.host }.map {
                NetworkPolicy.Endpoint(
                    method: place[0], host: $0.host, port: $0.port, path: place[2])
            }
        }
        var limits = NetworkPolicy.Limits()
        limits.whole_ms = Int(settings.timeout / 1_000_000)
        limits.firstByte_ms = limits.whole_ms
        limits.bodyMax = Int(settings.answerMax)
        return NetworkPolicy(
            endpoints: endpoints, limits: limits, allowsLoopback: settings.allowsLocal,
            allowsPrivate: false)
    }

    // MARK: secrets

    private static func secrets(
        _ settings: RequestSettings, _ run: RunFile
    ) throws(BacktestError) -> [Secret] {
        var secrets: [Secret] = [], problems: [HouseMessage] = []
        for (index, entry) in settings.secrets.enumerated() {
            let place = ConfigPath("requests").key("secrets").index(index)
            func refuse(_ what: String, _ help: String) {
                problems.append(
                    run.document.message(at: place, "secret \(entry.name) \(what)", help: help))
            }
            let value: String?
            if let name = entry.environment {
                value = ProcessInfo.processInfo.environment[name]
                if value == nil { refuse("is not in the environment", "set \(name)") }
            } else {
                value = entry.file.flatMap { read(run.document.resolved($0)) }
                if value == nil {
                    refuse(
                        "cannot be read, or others can read it too",
                        "put it into a file of your own, with: chmod 600 FILE")
                }
            }
            guard let value else { continue }
            do throws(NetworkError) {
                secrets.append(try Secret(name: entry.name, value: value, hosts: entry.hosts))
            } catch { refuse("is not 8 to 4096 visible characters", "store the key alone") }
        }
        guard problems.isEmpty else { throw BacktestError(problems) }
        return secrets
    }

    /// What a file holds without the line end, when its owner alone may read it.
    private static func read(_ path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & 0o077 == 0, status.st_size <= 8192,
            let data = FileManager.default.contents(atPath: path)
        else { return nil }
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines)
    }

    fileprivate static func text(_ error: NetworkError) -> String {
        error.messages.first?.summary ?? "request failed"
    }
}

/// Answers one strategy. Its thread alone uses it.
private final class RequestDesk {
    private let settings: RequestSettings
    private let policy: NetworkPolicy
    private let asker: String
    private var replay: Replay
    private let file: RecordingFile?
    /// Asks over the network; nil where the run replays.
    private var recorder: Recorder?
    private var count: Int64 = 0
    private let refusals: RequestRefusals

    init(
        settings: RequestSettings, policy: NetworkPolicy, asker: String, known: Recording,
        file: RecordingFile?, secrets: Secrets, refusals: RequestRefusals
    ) {
        self.refusals = refusals
        self.settings = settings
        self.policy = policy
        self.asker = asker
        self.file = file
        replay = Replay(known)
        guard file != nil else { return }
        // A call that was not heard of may have been paid for: whoever asks decides to ask again.
        let client = HTTPClient(
            policy: policy, secrets: secrets,
            retries: RetryRule(retriesMax: 0, pause_ms: 1, pauseMax_ms: 1),
            bucket: TokenBucket(capacity: 60, refill_ns: 100_000_000), seed: 0,
            surroundings: .standard)
        recorder = Recorder(
            client: client, asker: asker, now_ns: HTTPClient.Surroundings.standard.now_ns)
    }

    func answer(
        _ text: String, _ now_ns: Int64, _ deadline_ns: Int64
    ) throws(RequestFailure) -> RequestAnswer {
        let request: HTTPRequest
        do throws(NetworkError) {
            request = try HTTPRequest(text: text)
            try policy.check(request)
        } catch { return refused(RunRequests.text(error)) }
        let digest = Recording.digest(of: request, by: asker)
        guard count < settings.countMax else {
            return refused(
                "there were \(count) requests; allowed are \(settings.countMax) of one strategy "
                    + "in a run", digest: digest)
        }
        count += 1
        do throws(NetworkError) { return Self.answer(try replay.answer(digest: digest)) } catch {
            guard file == nil else { return try record(request, now_ns, deadline_ns) }
            guard settings.unknown == .unanswered else {
                throw RequestFailure(reason: RunRequests.text(error))
            }
            return RequestAnswer(
                status: -2, latency_ns: 0, headers: [], body: [], digest: digest)
        }
    }

    private func refused(_ reason: String, digest: String = "") -> RequestAnswer {
        refusals.tell(asker, reason)
        return .refused(reason, digest: digest)
    }

    /// Asks, and keeps what came of it before anybody acts on it.
    private func record(
        _ request: HTTPRequest, _ now_ns: Int64, _ deadline_ns: Int64
    ) throws(RequestFailure) -> RequestAnswer {
        let left = deadline_ns > now_ns ? deadline_ns - now_ns : settings.timeout
        guard
            let entry = recorder?.answer(
                to: request, patience_ns: min(left, settings.timeout))
        else { throw RequestFailure(reason: "nobody asks over the network") }
        do throws(NetworkError) { try file?.append(entry) } catch {
            throw RequestFailure(reason: RunRequests.text(error))
        }
        return Self.answer(entry)
    }

    private static func answer(_ entry: Recording.Entry) -> RequestAnswer {
        RequestAnswer(
            status: entry.status, latency_ns: entry.latency_ns, headers: Array(entry.headers.utf8),
            body: entry.body, digest: entry.digest)
    }
}

extension HTTPClient.Surroundings {
    /// This machine's own clock and names.
    fileprivate static var standard: HTTPClient.Surroundings {
        HTTPClient.Surroundings(
            now_ns: {
                var now = timespec()
                clock_gettime(CLOCK_MONOTONIC, &now)
                return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
            },
            wait: { usleep(UInt32(clamping: $0 / 1000)) },
            addresses: { (host) throws(NetworkError) in try Resolver.addresses(of: host) })
    }
}

extension EngineSetup {
    /// Lets the strategies of a run ask what their plugins declare and the run allows.
    mutating func allow(_ requests: RunRequests, _ cast: Cast, _ run: RunFile) {
        answer { account, place in
            let member = cast.strategies.filter { $0.account == account }[place]
            let entry = run.accounts[account].strategies[member.entry]
            return requests.port(
                asker: run.accounts[account].id + "/" + entry.id,
                declared: member.instance.description.requests ?? [])
        }
    }
}
