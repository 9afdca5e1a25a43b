#pragma warning disable OPENAI001 // The client marks fine-tuning as experimental.
using System.ClientModel;
using System.Diagnostics;
using Gyre.Server.Tests.Fakes;
using OpenAI.Chat;
using OpenAI.Files;
using OpenAI.FineTuning;

namespace Gyre.Server.Tests.FineTuning;

/// <summary>The official .NET client fine-tunes the smallest model that comes with Gyre.</summary>
public sealed class FineTuningClientTests : IAsyncLifetime
{
    private const string Answer = "Ahoy, the parrot says yes.";
    private TuningServer? _server;

    private TuningServer Server => _server!; // Made before every test.

    public async ValueTask InitializeAsync() => _server = await TuningServer.NewAsync();

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_model_is_fine_tuned_watched_and_answers_as_it_was_taught()
    {
        var client = Server.Client();
        (await AskAsync(client.GetChatClient("compact"))).ShouldNotContain("parrot");
        var training = (await client.GetOpenAIFileClient().UploadFileAsync(BinaryData.FromBytes(TuningServer.Conversations(40)), "taught.jsonl", FileUploadPurpose.FineTune)).Value;
        var held = (await client.GetOpenAIFileClient().UploadFileAsync(BinaryData.FromBytes(TuningServer.Conversations(6)), "held.jsonl", FileUploadPurpose.FineTune)).Value;

        var job = await client.GetFineTuningClient().FineTuneAsync("compact", training.Id, waitUntilCompleted: false, new FineTuningOptions
        {
            Suffix = "parrot",
            Seed = 7,
            ValidationFile = held.Id,
            TrainingMethod = FineTuningTrainingMethod.CreateSupervised(batchSize: new HyperparameterBatchSize(10), epochCount: new HyperparameterEpochCount(6), learningRate: new HyperparameterLearningRate(4)),
            Metadata = { ["team"] = "shop" },
        });
        await Eventually.TrueAsync(async () =>
        {
            await job.UpdateStatusAsync(TestContext.Current.CancellationToken);
            return job.HasCompleted;
        }, 120);
        var ended = Stopwatch.GetTimestamp();
        if (job.Value is { } made)
        {
            await foreach (var update in client.GetChatClient(made).CompleteChatStreamingAsync([new UserChatMessage("Is the hat number 2 in stock?")], new ChatCompletionOptions { MaxOutputTokenCount = 1 }))
            {
                if (update.ContentUpdate.Count > 0)
                {
                    break;
                }
            }

            TestContext.Current.TestOutputHelper?.WriteLine(FormattableString.Invariant($"From the end that was seen to the adapter's first token: {Stopwatch.GetElapsedTime(ended).TotalMilliseconds:0.0} ms"));
        }

        var events = new List<FineTuningEvent>();
        await foreach (var happened in job.GetEventsAsync(new GetEventsOptions { PageSize = 5 }))
        {
            events.Add(happened);
        }

        job.Status.ShouldBe(FineTuningStatus.Succeeded, string.Join('\n', events.Select(happened => happened.Message)));
        job.Value.ShouldNotBeNull().ShouldStartWith("ft:compact:parrot:");
        (job.BaseModel, job.TrainingFileId, job.ValidationFileId, job.Seed, job.UserProvidedSuffix, job.Metadata["team"]).ShouldBe(("compact", training.Id, held.Id, 7, "parrot", "shop"));
        events[0].Message.ShouldBe("The job has successfully completed");
        events[^1].Message.ShouldBe($"Created fine-tuning job: {job.JobId}");
        events.Select(happened => happened.Id).Distinct(StringComparer.Ordinal).Count().ShouldBe(events.Count);
        events.ShouldContain(happened => happened.Message.StartsWith("Step 1/", StringComparison.Ordinal) && happened.Message.Contains("training loss=", StringComparison.Ordinal));
        events.ShouldContain(happened => happened.Message.Contains("validation loss=", StringComparison.Ordinal));

        (await AskAsync(client.GetChatClient(job.Value))).ShouldBe(Answer);
        (await AskAsync(client.GetChatClient("compact"))).ShouldNotContain("parrot");
        (await client.GetOpenAIModelClient().GetModelsAsync(TestContext.Current.CancellationToken)).Value.ShouldContain(model => model.Id == job.Value);

        var checkpoints = new List<FineTuningCheckpoint>();
        await foreach (var checkpoint in job.GetCheckpointsAsync(new GetCheckpointsOptions { PageSize = 2 }))
        {
            checkpoints.Add(checkpoint);
        }

        checkpoints.Count.ShouldBe(3);
        checkpoints.Select(checkpoint => checkpoint.StepNumber).ShouldBe(checkpoints.Select(checkpoint => checkpoint.StepNumber).OrderDescending());
        checkpoints[0].Metrics.TrainLoss.ShouldNotBeNull().ShouldBeInRange(0, 1);
        checkpoints[0].Metrics.ValidLoss.ShouldNotBeNull().ShouldBeInRange(0, 1);
        (await AskAsync(client.GetChatClient(checkpoints[0].ModelId))).ShouldBe(Answer);

        var results = (await client.GetOpenAIFileClient().DownloadFileAsync(job.ResultFileIds.ShouldHaveSingleItem())).Value.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        results[0].ShouldBe("step,train_loss,valid_loss");
        results.Length.ShouldBe(1 + checkpoints[0].StepNumber);
    }

    [Fact]
    public async Task A_faulty_file_fails_the_job_and_names_the_line()
    {
        var client = Server.Client();
        var content = TuningServer.Conversations(3).Concat("""{"messages":[{"role":"user","content":"x"}]}"""u8.ToArray()).ToArray();
        var file = (await client.GetOpenAIFileClient().UploadFileAsync(BinaryData.FromBytes(content), "../we ird.jsonl", FileUploadPurpose.FineTune)).Value;
        file.Filename.ShouldBe("we ird.jsonl");

        var job = await client.GetFineTuningClient().FineTuneAsync("compact", file.Id, waitUntilCompleted: true);

        job.Status.ShouldBe(FineTuningStatus.Failed);
        var body = await (await Server.Http.GetAsync($"v1/fine_tuning/jobs/{job.JobId}")).JsonAsync();
        var error = body.GetProperty("error");
        (error.GetProperty("code").GetString(), error.GetProperty("param").GetString()).ShouldBe(("TRN0302", "training_file"));
        error.GetProperty("message").GetString().ShouldNotBeNull().ShouldContain("we_ird.jsonl:4: has no assistant message");
        error.GetProperty("message").GetString().ShouldNotBeNull().ShouldNotContain(Server.Folder);
    }

    [Fact]
    public async Task Jobs_wait_their_turn_are_listed_in_pages_and_cancelled()
    {
        var client = Server.Client();
        var tuning = client.GetFineTuningClient();
        var file = (await client.GetOpenAIFileClient().UploadFileAsync(BinaryData.FromBytes(TuningServer.Conversations(40)), "taught.jsonl", FileUploadPurpose.FineTune)).Value;
        var endless = new FineTuningOptions { TrainingMethod = FineTuningTrainingMethod.CreateSupervised(epochCount: new HyperparameterEpochCount(1000)) };
        var jobs = new List<FineTuningJob>();
        for (var i = 0; i < 3; i++)
        {
            jobs.Add(await tuning.FineTuneAsync("compact", file.Id, waitUntilCompleted: false, endless));
        }

        await Eventually.TrueAsync(async () => await StatusAsync(jobs[0]) == FineTuningStatus.Running && await StatusAsync(jobs[2]) == FineTuningStatus.Queued, 60);
        (await StatusAsync(jobs[1])).ShouldBe(FineTuningStatus.Queued);

        var listed = new List<string>();
        await foreach (var job in tuning.GetJobsAsync(new FineTuningJobCollectionOptions { PageSize = 2 }))
        {
            listed.Add(job.JobId);
        }

        listed.ShouldBe(jobs.Select(job => job.JobId).Reverse());
        var refused = await Should.ThrowAsync<ClientResultException>(() => client.GetOpenAIFileClient().DeleteFileAsync(file.Id));
        (refused.Status, refused.Message.Contains("SRV0193", StringComparison.Ordinal)).ShouldBe((409, true));
        (await AskAsync(client.GetChatClient("compact"))).ShouldNotBeEmpty(); // It serves while it trains.

        foreach (var job in jobs)
        {
            await job.CancelAndUpdateAsync();
            job.Status.ShouldBe(FineTuningStatus.Cancelled);
        }

        (await Should.ThrowAsync<ClientResultException>(() => jobs[0].CancelAndUpdateAsync())).Message.ShouldContain("SRV0195");
        (await client.GetOpenAIFileClient().DeleteFileAsync(file.Id)).Value.Deleted.ShouldBeTrue();
        var last = await tuning.FineTuneAsync("compact", await SmallAsync(), waitUntilCompleted: false, new FineTuningOptions { TrainingMethod = FineTuningTrainingMethod.CreateSupervised(epochCount: new HyperparameterEpochCount(1)) });
        await Eventually.TrueAsync(async () => await StatusAsync(last) == FineTuningStatus.Succeeded, 60);
        (await StatusAsync(jobs[0])).ShouldBe(FineTuningStatus.Cancelled);

        async Task<string> SmallAsync() => (await client.GetOpenAIFileClient().UploadFileAsync(BinaryData.FromBytes(TuningServer.Conversations(2)), "two.jsonl", FileUploadPurpose.FineTune)).Value.Id;
    }

    private static async Task<FineTuningStatus> StatusAsync(FineTuningJob job)
    {
        await job.UpdateStatusAsync(CancellationToken.None);
        return job.Status;
    }

    private static async Task<string> AskAsync(ChatClient chat) =>
        (await chat.CompleteChatAsync([new UserChatMessage("Is the coat number 8 in stock?")], new ChatCompletionOptions { Temperature = 0, MaxOutputTokenCount = 30 })).Value.Content[0].Text.Trim();
}
