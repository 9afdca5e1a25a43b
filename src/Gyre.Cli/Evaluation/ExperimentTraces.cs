using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gyre.Contracts;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Replies;
using Gyre.Observability;
using Gyre.Storage;
using Microsoft.Extensions.AI;

namespace Gyre.Cli.Evaluation;

/// <summary>Records what candidates are asked among the traces of the data folder, so that an example can be looked at beside its trace.</summary>
/// <remarks>A row that a candidate answers is a trace; each call of the model in it is a span. Answers kept from earlier runs keep the trace of their call.</remarks>
internal sealed class ExperimentTraces : IAsyncDisposable
{
    private const int MostContent = 64 * 1024;
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly ActivitySource _source = new(GenAiVocabulary.SourceName);
    private readonly Database _database;
    private readonly TraceRecorder _recorder;

    private ExperimentTraces(Database database, TextWriter errors)
    {
        _database = database;
        _recorder = new TraceRecorder(new TraceStore(database), new TraceRecorderOptions(), TimeProvider.System, source => ReferenceEquals(source, _source), errors.WriteLine);
    }

    /// <summary>Opens the traces of a data folder, which is made when it is not there.</summary>
    public static ExperimentTraces Open(string dataFolder, TextWriter errors)
    {
        try
        {
            if (!Directory.Exists(dataFolder))
            {
                _ = OperatingSystem.IsWindows() ? Directory.CreateDirectory(dataFolder) : Directory.CreateDirectory(dataFolder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException("CLI0003", $"Recording traces failed: the data folder '{dataFolder}' cannot be made ({error.Message}). Name another with --data, or leave traces out with --no-traces.", error);
        }

        return new ExperimentTraces(Database.Open(DataFolder.DatabaseOf(dataFolder), [TraceStore.Migrations()], TimeProvider.System), errors);
    }

    /// <summary>The same candidate, with a trace for each answer.</summary>
    public ICandidate Watch(ICandidate candidate, string model) => new Candidate(candidate, model, _source);

    /// <summary>The same client, with a span for each call.</summary>
    public IChatClient Watch(IChatClient client, string model) => new Client(client, model, _source);

    public async ValueTask DisposeAsync()
    {
        await _recorder.DisposeAsync();
        _source.Dispose();
        _database.Dispose();
    }

    private static void Tag(Activity? activity, GenAiAttribute attribute, object? value)
    {
        if (value is not null)
        {
            activity?.SetTag(attribute.Name(), value);
        }
    }

    private static void Fail(Activity? activity, Exception error)
    {
        Tag(activity, GenAiAttribute.ErrorType, error.GetType().Name);
        Tag(activity, GenAiAttribute.ErrorMessage, error.Message);
        activity?.SetStatus(ActivityStatusCode.Error, error.Message);
    }

    /// <summary>Messages in the form of the conventions for generative models.</summary>
    private static string Content(IEnumerable<(string Role, string Text)> messages) => JsonSerializer.Serialize(
        messages.Select(message => new { role = message.Role, parts = new[] { new { type = "text", content = message.Text.Length > MostContent ? message.Text[..MostContent] + "… (shortened)" : message.Text } } }), Relaxed);

    private sealed class Candidate(ICandidate inner, string model, ActivitySource source) : ICandidate
    {
        public string Name => inner.Name;

        public string Digest => inner.Digest;

        public (decimal Input, decimal Output)? PricePerMillion => inner.PricePerMillion;

        public async Task<Reply> AnswerAsync(DatasetRow row, int sample, CancellationToken cancellationToken)
        {
            using var trace = source.StartActivity("evaluate", ActivityKind.Internal);
            var id = trace is null ? null : $"eval_{trace.TraceId}{trace.SpanId}";
            Tag(trace, GenAiAttribute.RequestId, id);
            Tag(trace, GenAiAttribute.HttpRoute, "gyre eval");
            Tag(trace, GenAiAttribute.OperationName, "evaluate");
            Tag(trace, GenAiAttribute.ProviderName, "gyre");
            Tag(trace, GenAiAttribute.RequestModel, model);
            Tag(trace, GenAiAttribute.InputMessages, Content([("user", row.Prompt)]));
            try
            {
                var reply = await inner.AnswerAsync(row, sample, cancellationToken);
                Tag(trace, GenAiAttribute.ResponseModel, inner.Name);
                Tag(trace, GenAiAttribute.OutputMessages, Content([("assistant", reply.Text)]));
                Tag(trace, GenAiAttribute.UsageInputTokens, reply.InputTokens);
                Tag(trace, GenAiAttribute.UsageOutputTokens, reply.OutputTokens);
                Tag(trace, GenAiAttribute.ResponseFinishReasons, reply.FinishReason is { } reason ? new[] { reason } : null);
                return reply with { Trace = id };
            }
            catch (Exception error)
            {
                Fail(trace, error);
                throw;
            }
        }
    }

    private sealed class Client(IChatClient inner, string model, ActivitySource source) : DelegatingChatClient(inner)
    {
        public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            ChatMessage[] list = [.. messages];
            using var span = source.StartActivity("chat", ActivityKind.Internal);
            Tag(span, GenAiAttribute.RequestModel, model);
            Tag(span, GenAiAttribute.RequestTemperature, (double?)options?.Temperature);
            Tag(span, GenAiAttribute.RequestMaxTokens, options?.MaxOutputTokens);
            Tag(span, GenAiAttribute.InputMessages, Content(list.Select(message => (message.Role.Value, message.Text))));
            try
            {
                var response = await base.GetResponseAsync(list, options, cancellationToken);
                Tag(span, GenAiAttribute.OutputMessages, Content([("assistant", response.Text)]));
                Tag(span, GenAiAttribute.UsageInputTokens, response.Usage?.InputTokenCount);
                Tag(span, GenAiAttribute.UsageOutputTokens, response.Usage?.OutputTokenCount);
                return response;
            }
            catch (Exception error)
            {
                Fail(span, error);
                throw;
            }
        }

        protected override void Dispose(bool disposing)
        {
            // The model belongs to whoever loaded it.
        }
    }
}
