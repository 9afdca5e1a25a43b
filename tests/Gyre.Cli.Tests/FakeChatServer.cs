using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gyre.Cli.Tests;

/// <summary>A server of OpenAI's chat completions that answers by a script; it is no model.</summary>
internal sealed class FakeChatServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Func<IReadOnlyList<string>, string> _reply;
    private int _requests;

    /// <param name="reply">The answer to the texts of a conversation.</param>
    public FakeChatServer(Func<IReadOnlyList<string>, string> reply)
    {
        _reply = reply;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
        }

        _listener.Prefixes.Add(Address);
        _listener.Start();
        _ = ServeAsync();
    }

    public string Address { get; }

    /// <summary>Requests so far.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return; // The test is over.
            }

            Interlocked.Increment(ref _requests);
            var request = await JsonNode.ParseAsync(context.Request.InputStream);
            string[] texts = [.. request!["messages"]!.AsArray().Select(message => message!["content"]!.GetValue<string>())]; // Requests have messages.
            var answer = JsonSerializer.SerializeToUtf8Bytes(new
            {
                id = "fake-1", @object = "chat.completion", created = 1, model = "fake",
                choices = new[] { new { index = 0, message = new { role = "assistant", content = _reply(texts) }, finish_reason = "stop" } },
                usage = new { prompt_tokens = 1000, completion_tokens = 100, total_tokens = 1100 },
            });
            context.Response.ContentType = "application/json";
            await context.Response.OutputStream.WriteAsync(answer);
            context.Response.Close();
        }
    }
}
