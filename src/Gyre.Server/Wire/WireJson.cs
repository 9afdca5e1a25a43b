using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gyre.Server.Http;
using Gyre.Server.Ratings;

namespace Gyre.Server.Wire;

/// <summary>Generated serializers of everything that crosses the wire; no reflection at run time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(ChatCompletion))]
[JsonSerializable(typeof(ChatChunk))]
[JsonSerializable(typeof(Completion))]
[JsonSerializable(typeof(ChatCompletion.Choice), TypeInfoPropertyName = "ChatCompletionChoice")]
[JsonSerializable(typeof(IReadOnlyList<ChatCompletion.Choice>), TypeInfoPropertyName = "ChatCompletionChoices")]
[JsonSerializable(typeof(ChatChunk.Choice), TypeInfoPropertyName = "ChatChunkChoice")]
[JsonSerializable(typeof(IReadOnlyList<ChatChunk.Choice>), TypeInfoPropertyName = "ChatChunkChoices")]
[JsonSerializable(typeof(Completion.Choice), TypeInfoPropertyName = "CompletionChoice")]
[JsonSerializable(typeof(IReadOnlyList<Completion.Choice>), TypeInfoPropertyName = "CompletionChoices")]
[JsonSerializable(typeof(ModelCard))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(Health))]
[JsonSerializable(typeof(GenerateAnswer))]
[JsonSerializable(typeof(SocketEvent))]
[JsonSerializable(typeof(TraceView))]
[JsonSerializable(typeof(TraceList))]
[JsonSerializable(typeof(AliasList))]
[JsonSerializable(typeof(MessagesErrorBody))]
[JsonSerializable(typeof(MessageAnswer))]
[JsonSerializable(typeof(MessageEvent))]
[JsonSerializable(typeof(MessageEndEvent))]
[JsonSerializable(typeof(MessageEvent.Gained), TypeInfoPropertyName = "MessageEventGained")]
[JsonSerializable(typeof(MessageEndEvent.Ended), TypeInfoPropertyName = "MessageEndEventEnded")]
[JsonSerializable(typeof(ErrorBody.Detail), TypeInfoPropertyName = "ErrorBodyDetail")]
[JsonSerializable(typeof(MessagesErrorBody.Detail), TypeInfoPropertyName = "MessagesErrorBodyDetail")]
[JsonSerializable(typeof(TokenCount))]
[JsonSerializable(typeof(ResponseAnswer))]
[JsonSerializable(typeof(ResponseEvent))]
[JsonSerializable(typeof(ResponseItemList))]
[JsonSerializable(typeof(ResponseDeletion))]
[JsonSerializable(typeof(IReadOnlyList<ResponseItem>), TypeInfoPropertyName = "ResponseItems")]
[JsonSerializable(typeof(TokenizeAnswer))]
[JsonSerializable(typeof(DetokenizeAnswer))]
[JsonSerializable(typeof(EmbeddingAnswer))]
[JsonSerializable(typeof(RerankAnswer))]
[JsonSerializable(typeof(AdapterCard))]
[JsonSerializable(typeof(AdapterList))]
[JsonSerializable(typeof(DatasetList))]
[JsonSerializable(typeof(DatasetVersionList))]
[JsonSerializable(typeof(DatasetVersionView))]
[JsonSerializable(typeof(DatasetRowList))]
[JsonSerializable(typeof(DatasetUpload))]
[JsonSerializable(typeof(RatingCampaignList))]
[JsonSerializable(typeof(RatingOwnList))]
[JsonSerializable(typeof(RatingTurnView))]
[JsonSerializable(typeof(RatingReport))]
[JsonSerializable(typeof(RatingCampaignView.Question), TypeInfoPropertyName = "RatingCampaignViewQuestion")]
[JsonSerializable(typeof(RatingCampaignView.Option), TypeInfoPropertyName = "RatingCampaignViewOption")]
[JsonSerializable(typeof(RatingCampaignView.Count), TypeInfoPropertyName = "RatingCampaignViewCount")]
[JsonSerializable(typeof(RatingAssignmentView.Said), TypeInfoPropertyName = "RatingAssignmentViewSaid")]
[JsonSerializable(typeof(ExperimentCard))]
[JsonSerializable(typeof(ExperimentList))]
[JsonSerializable(typeof(ExperimentDetail))]
[JsonSerializable(typeof(ExperimentComparisonView))]
[JsonSerializable(typeof(ExperimentRemoval))]
[JsonSerializable(typeof(ExampleList))]
[JsonSerializable(typeof(ExampleView))]
[JsonSerializable(typeof(BenchmarkMatrixView))]
[JsonSerializable(typeof(FileCard))]
[JsonSerializable(typeof(FileList))]
[JsonSerializable(typeof(FileDeletion))]
[JsonSerializable(typeof(FineTuningJobView))]
[JsonSerializable(typeof(FineTuningJobView.Failure), TypeInfoPropertyName = "FineTuningJobViewFailure")]
[JsonSerializable(typeof(FineTuningJobList))]
[JsonSerializable(typeof(FineTuningEventView))]
[JsonSerializable(typeof(FineTuningEventList))]
[JsonSerializable(typeof(FineTuningCheckpointView))]
[JsonSerializable(typeof(FineTuningCheckpointList))]
internal sealed partial class WireJson : JsonSerializerContext
{
    /// <summary>Text as it is: not HTML, so only what JSON itself demands is escaped.</summary>
    public static WireJson Plain { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>As <see cref="Plain"/>, but for keys that are absent when null (the usage of a stream that did not ask for it).</summary>
    public static WireJson WithoutNullUsage { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    });
}
