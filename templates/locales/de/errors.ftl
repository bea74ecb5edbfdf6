# Error pages: a title that names the problem, and one sentence for the person.
error-bad-request-title = Diese Anfrage können wir nicht verwenden
error-bad-request = Etwas darin fehlt oder hat nicht die richtige Form. Gehen Sie zurück und versuchen Sie es noch einmal.
error-forbidden-title = Diese Seite können Sie nicht öffnen
error-forbidden = Ihrem Konto fehlt die Berechtigung. Bitten Sie Ihre Administration um Zugang.
error-not-found-title = Hier ist nichts
error-not-found = Die Adresse stimmt nicht, oder was hier war, wurde entfernt.
error-method-title = So geht das hier nicht
error-method = Diese Adresse lässt sich nicht so verwenden. Gehen Sie zurück und nutzen Sie die Links und Schaltflächen der Seite.
error-expired-title = Ihre Anmeldung hat zu lange gedauert
error-expired = Wir haben sie zum Schutz Ihres Kontos beendet. Beginnen Sie neu, es dauert nur einen Augenblick.
error-too-large-title = Das ist zu viel auf einmal
error-too-large = Die Anfrage ist größer, als wir annehmen. Kürzen Sie sie und versuchen Sie es noch einmal.
error-throttled-title = Zu viele Versuche
error-throttled = { $minutes ->
    [one] Warten Sie { $minutes } Minute und versuchen Sie es dann noch einmal.
   *[other] Warten Sie { $minutes } Minuten und versuchen Sie es dann noch einmal.
}
error-internal-title = Bei uns ist etwas schiefgegangen
error-internal = Das lag nicht an Ihnen. Versuchen Sie es noch einmal; geschieht es wieder, geben Sie Ihrer Administration die Anfrage-ID unten.
error-unavailable-title = Wir können Sie gerade nicht anmelden
error-unavailable = Ein Teil dieses Dienstes antwortet nicht. Warten Sie einen Augenblick und versuchen Sie es noch einmal.
error-stale-title = Dieses Formular ist veraltet
error-stale = Laden Sie die Seite neu und versuchen Sie es noch einmal.
error-not-allowed-title = Diese App können Sie nicht nutzen
error-not-allowed = Ihr Konto kann { $client } nicht nutzen. Bitten Sie Ihre Administration um Zugang.

# What a client got wrong. The first sentence is what tests and operators look for.
error-client-title = Diese App hat eine Anfrage gesendet, die wir nicht annehmen
error-unknown-client = Die App ist hier nicht registriert. Gehen Sie zurück zur App und sagen Sie den Betreibern Bescheid.
error-client-disabled = Die App wurde hier abgeschaltet. Fragen Sie Ihre Administration danach.
error-redirect-uri-mismatch = Die Rückkehradresse der App ist nicht registriert. Gehen Sie zurück zur App und sagen Sie den Betreibern Bescheid.
error-redirect-uri-missing = Die Rückkehradresse der App fehlt. Gehen Sie zurück zur App und sagen Sie den Betreibern Bescheid.
error-post-logout-redirect-uri-mismatch = Die Adresse für die Zeit nach dem Abmelden ist nicht registriert. Sie sind weiterhin angemeldet.
error-id-token-hint = Die App konnte nicht belegen, wer sich abmeldet. Sie sind weiterhin angemeldet.
error-request-uri = Diese Anmeldung ist abgelaufen oder wurde schon verwendet. Gehen Sie zurück zur App und beginnen Sie von vorn.
error-request-object = Die Anfrage der App ließ sich nicht prüfen. Gehen Sie zurück zur App und sagen Sie den Betreibern Bescheid.

error-start-again = Neu beginnen
error-back-to = Zurück zu { $client }
error-to-account = Zu Ihrem Konto
error-try-again = Noch einmal versuchen
error-details = Angaben für die Entwicklung
error-detail-code = Fehler
error-detail-description = Beschreibung
error-detail-client = Client-ID
error-detail-redirect = Empfangene Redirect-URI
error-detail-request = Anfrage-ID
error-detail-time = Zeit

form-post-title = Zurück zu { $client }
form-post-text = Sie werden zurückgeleitet. Geschieht nichts, fahren Sie von Hand fort.
form-post-submit = Weiter
