using Gyre.Models;

namespace Gyre.Server.Hosting;

/// <summary>How to run a Gyre server. Immutable; checked once by <see cref="Validate"/>, all faults reported together.</summary>
public sealed record GyreHostOptions
{
    /// <summary>The folder that keeps aliases, models and traces; created when absent.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Opens a model by its resolved reference (a file or a folder). Called once per reference.</summary>
    public required Func<string, CancellationToken, Task<LanguageModel>> OpenModel { get; init; }

    /// <summary>The file or folder that the reference <c>default</c> stands for; null when there is none.</summary>
    public string? DefaultModel { get; init; }

    /// <summary>
    /// Folders with adapters of the default alias's model, by the name that requests give as their model. Those in the
    /// data folder's <c>adapters</c> are found besides. Default none.
    /// </summary>
    public IReadOnlyDictionary<string, string> Adapters { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// The folder below which callers may load adapters while the server runs; null (default) lets nobody load any. Whoever
    /// reaches the server can then do it.
    /// </summary>
    public string? LoadableAdapters { get; init; }

    /// <summary>The most memory for the weights of all loaded models; unused ones are unloaded for others. Units: bytes, null for half of what the process may use.</summary>
    public long? MaxModelBytes { get; init; }

    /// <summary>The IP address to listen on. Default loopback, so that only this machine can call.</summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>The TCP port; 0 chooses a free one. Default 5080.</summary>
    public int Port { get; init; } = 5080;

    /// <summary>The largest request body. Units: bytes, 1 KiB to 256 MiB, default 4 MiB.</summary>
    public int MaxRequestBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>The largest sum of the request bodies that are being read or answered. Units: bytes, at least one largest body, default 256 MiB.</summary>
    public long MaxBodyBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>The largest dataset that a caller may send. Units: bytes, default 1 GiB.</summary>
    public long MaxDatasetBytes { get; init; } = 1L << 30;

    /// <summary>The most messages in one conversation. Default 1,024.</summary>
    public int MaxMessages { get; init; } = 1024;

    /// <summary>The most choices in one request, prompts times <c>n</c>. Default 128.</summary>
    public int MaxChoices { get; init; } = 128;

    /// <summary>How long one request may take from its arrival to its last token. Default 10 minutes.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long running requests may take to finish once the server is asked to stop. Default 30 seconds.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a stream may be silent before a keep-alive comment is sent. Default 15 seconds.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>What a refused request is told to wait when the queue is full. Default 1 second.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Stores prompts and answers in the traces of this machine. Default on.</summary>
    public bool StoresContent { get; init; } = true;

    /// <summary>The most traces kept; the oldest are removed beyond it. Default 100,000.</summary>
    public int MaxTraces { get; init; } = 100_000;

    /// <summary>The most responses kept for later requests; the oldest are removed beyond it. Default 10,000.</summary>
    public int MaxStoredResponses { get; init; } = 10_000;

    /// <summary>The largest sum of kept responses; the oldest are removed beyond it. Units: bytes, default 1 GiB.</summary>
    public long MaxStoredResponseBytes { get; init; } = 1L << 30;

    /// <summary>The most responses that run in the background at once; more are refused. Default 64.</summary>
    public int MaxBackgroundResponses { get; init; } = 64;

    /// <summary>The largest file that a caller may send to be kept. Units: bytes, default 512 MiB.</summary>
    public long MaxFileBytes { get; init; } = 512L << 20;

    /// <summary>The largest sum of kept files; more are refused. Units: bytes, default 16 GiB.</summary>
    public long MaxStoredFileBytes { get; init; } = 16L << 30;

    /// <summary>The most fine-tuning jobs that have not ended; more are refused. Default 100.</summary>
    public int MaxFineTuningJobs { get; init; } = 100;

    /// <summary>Threads that a fine-tuning job computes with, beside those that answer; null for half of the cores, at least one.</summary>
    public int? FineTuningThreads { get; init; }

    /// <summary>Writes warnings and notices to the console. Default on.</summary>
    public bool LogsToConsole { get; init; } = true;

    /// <summary>Every fault of these options, in words that name the option, the value and the range; empty when valid.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        Check(!string.IsNullOrWhiteSpace(DataFolder), "The data folder is empty; expected a path.");
        Check(System.Net.IPAddress.TryParse(Address, out _), $"The address is '{Address}'; expected an IP address such as 127.0.0.1.");
        Check(Port is >= 0 and <= 65535, $"The port is {Port}; expected 0 (any free one) to 65535.");
        Check(MaxRequestBytes is >= 1024 and <= 256 * 1024 * 1024, $"The largest request body is {MaxRequestBytes} bytes; expected 1,024 to 268,435,456.");
        Check(MaxBodyBytes >= MaxRequestBytes, $"The largest sum of request bodies is {MaxBodyBytes} bytes; expected at least the largest body, {MaxRequestBytes}.");
        Check(MaxDatasetBytes >= 1, $"The largest dataset is {MaxDatasetBytes} bytes; expected 1 or more.");
        Check(MaxModelBytes is null or >= 1, $"The most memory for models is {MaxModelBytes} bytes; expected 1 or more.");
        Check(LoadableAdapters is null || Directory.Exists(LoadableAdapters), $"The folder of adapters that callers may load is '{LoadableAdapters}'; expected one that exists.");
        Check(MaxMessages >= 1, $"The most messages is {MaxMessages}; expected 1 or more.");
        Check(MaxChoices >= 1, $"The most choices is {MaxChoices}; expected 1 or more.");
        Check(RequestTimeout > TimeSpan.Zero, $"The request timeout is {RequestTimeout}; expected more than zero.");
        Check(DrainTimeout >= TimeSpan.Zero, $"The drain timeout is {DrainTimeout}; expected zero or more.");
        Check(KeepAliveInterval > TimeSpan.Zero, $"The keep-alive interval is {KeepAliveInterval}; expected more than zero.");
        Check(RetryAfter > TimeSpan.Zero, $"The retry-after time is {RetryAfter}; expected more than zero.");
        Check(MaxTraces >= 1, $"The most traces is {MaxTraces}; expected 1 or more.");
        Check(MaxStoredResponses >= 1, $"The most kept responses is {MaxStoredResponses}; expected 1 or more.");
        Check(MaxStoredResponseBytes >= 1, $"The largest sum of kept responses is {MaxStoredResponseBytes} bytes; expected 1 or more.");
        Check(MaxBackgroundResponses >= 1, $"The most background responses is {MaxBackgroundResponses}; expected 1 or more.");
        Check(MaxFileBytes >= 1, $"The largest file is {MaxFileBytes} bytes; expected 1 or more.");
        Check(MaxStoredFileBytes >= 1, $"The largest sum of kept files is {MaxStoredFileBytes} bytes; expected 1 or more.");
        Check(MaxFineTuningJobs >= 1, $"The most fine-tuning jobs is {MaxFineTuningJobs}; expected 1 or more.");
        Check(FineTuningThreads is null or (>= 1 and <= 1024), $"The threads of fine-tuning are {FineTuningThreads}; expected 1 to 1,024.");
        return faults;

        void Check(bool isValid, string fault)
        {
            if (!isValid)
            {
                faults.Add(fault);
            }
        }
    }
}
