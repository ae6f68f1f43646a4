import type { MessageCode } from "./problem.ts";

/** Languages that a cashier's message exists in; others read English. */
export const languages = ["en", "sv", "nb", "da", "fi", "de"] as const;
export type Language = (typeof languages)[number];

/** Language of a market's locale: "sv-SE" → sv, "no-NO" and "nn-NO" → nb. */
export const languageOf = (locale: string): Language => {
  const language = locale.toLowerCase().split(/[-_]/)[0] ?? "en";
  if (language === "no" || language === "nn") return "nb";
  return languages.find((known) => known === language) ?? "en";
};

type Texts = Readonly<Record<MessageCode, string>>;

/** `{fields}`, `{store}`, `{time}` and `{left}` are filled in. Each says what happened and what to do. */
const en: Texts = {
  unauthorized:
    "Wrong user name or password for this gateway. Check the CRM settings of the account.",
  too_many_attempts:
    "Too many wrong log-ins. Wait a minute, then check the user name and password.",
  not_found: "There is nothing at this address. Check the CRM URL in the settings of the account.",
  try_again: "The customer register cannot be reached right now. Wait a moment and try again.",
  internal:
    "Something went wrong in the gateway. Try again, and report the request id if it stays.",
  check_fields: "Check what was entered. {fields}",
  not_at_self_checkout: "This cannot be done at a self-checkout. Ask the staff for help.",
  customer_not_found: "The customer is not in the register any more. Search again.",
  instrument_not_found: "The offer or bonus check is not this customer's. Open the customer again.",
  several_matches:
    "Several customers share what was searched for. Search by something else, such as the member number.",
  already_member: "Already a member. Search by e-mail, mobile or personal id instead of adding.",
  being_created: "The customer is being added right now. Wait a few seconds, then search.",
  already_redeemed: "Already used elsewhere. Open the customer again to see what is left.",
  expired: "Expired, so it cannot be used. Open the customer again to see what is left.",
  not_redeemable_here: "This offer cannot be used in a shop.",
  cannot_reverse: "It cannot be given back in the customer register.",
  crm_busy: "The customer register is very busy. Wait a few seconds and try again.",
  crm_down: "The customer register is down. Go on without it, or try again in a while.",
  crm_silent: "The customer register did not answer in time. Try again.",
  crm_unreadable:
    "The customer register gave an answer that cannot be read. Try again, and report it if it stays.",
  crm_set_up: "The connection to the customer register is not set up right. Tell the support.",
  crm_refused: "The customer register refused. Open the customer again and check what was entered.",
  not_supported: "The customer register has no such function.",
  used_at: "Already used{store}{time}. It cannot be used again.",
  in_use_at: "It is being used right now{store}. It cannot be used twice.",
  just_undone: "It was just given back at this till. Wait a few seconds, then use it again.",
  outcome_unknown:
    "The customer register has not confirmed yet. Try again in a moment; nothing is lost or used twice.",
  too_late: "The customer register was too slow, so nothing was used. Try again.",
  too_little_left: "Only {left} is left on the bonus check. Take off no more than that.",
  redeem_paused:
    "Redeeming is switched off for now. Go on without it, or ask the support when it is back.",
};

const sv: Texts = {
  unauthorized:
    "Fel användarnamn eller lösenord till kopplingen. Kontrollera kontots CRM-inställningar.",
  too_many_attempts:
    "För många felaktiga inloggningar. Vänta en minut och kontrollera sedan uppgifterna.",
  not_found:
    "Det finns inget på den här adressen. Kontrollera CRM-adressen i kontots inställningar.",
  try_again: "Kundregistret kan inte nås just nu. Vänta lite och försök igen.",
  internal: "Något gick fel i kopplingen. Försök igen, och anmäl ärendets id om felet består.",
  check_fields: "Kontrollera uppgifterna. {fields}",
  not_at_self_checkout: "Det går inte i självutcheckningen. Be personalen om hjälp.",
  customer_not_found: "Kunden finns inte längre i registret. Sök igen.",
  instrument_not_found: "Erbjudandet eller bonuschecken hör inte till kunden. Öppna kunden igen.",
  several_matches:
    "Flera kunder delar det du sökte på. Sök på något annat, till exempel medlemsnumret.",
  already_member:
    "Redan medlem. Sök på e-post, mobil eller personnummer i stället för att lägga till.",
  being_created: "Kunden läggs till just nu. Vänta några sekunder och sök sedan.",
  already_redeemed: "Redan använd på annat håll. Öppna kunden igen för att se vad som är kvar.",
  expired: "Har gått ut och kan inte användas. Öppna kunden igen för att se vad som är kvar.",
  not_redeemable_here: "Erbjudandet kan inte användas i butik.",
  cannot_reverse: "Den kan inte lämnas tillbaka i kundregistret.",
  crm_busy: "Kundregistret är hårt belastat. Vänta några sekunder och försök igen.",
  crm_down: "Kundregistret ligger nere. Fortsätt utan det eller försök igen om en stund.",
  crm_silent: "Kundregistret svarade inte i tid. Försök igen.",
  crm_unreadable:
    "Kundregistret gav ett svar som inte kan läsas. Försök igen, och anmäl det om felet består.",
  crm_set_up: "Kopplingen till kundregistret är fel inställd. Kontakta supporten.",
  crm_refused: "Kundregistret sade nej. Öppna kunden igen och kontrollera uppgifterna.",
  not_supported: "Kundregistret har ingen sådan funktion.",
  used_at: "Redan använd{store}{time}. Den kan inte användas igen.",
  in_use_at: "Den används just nu{store}. Den kan inte användas två gånger.",
  just_undone:
    "Den lämnades nyss tillbaka i den här kassan. Vänta några sekunder och använd den sedan.",
  outcome_unknown:
    "Kundregistret har inte bekräftat än. Försök igen strax; inget går förlorat eller används dubbelt.",
  too_late: "Kundregistret var för långsamt, så inget användes. Försök igen.",
  too_little_left: "Bara {left} är kvar på bonuschecken. Dra inte av mer än så.",
  redeem_paused:
    "Inlösen är avstängd just nu. Fortsätt utan den eller fråga supporten när den är tillbaka.",
};

const nb: Texts = {
  unauthorized: "Feil brukernavn eller passord til koblingen. Sjekk kontoens CRM-innstillinger.",
  too_many_attempts: "For mange mislykkede innlogginger. Vent et minutt og sjekk opplysningene.",
  not_found: "Det finnes ingenting på denne adressen. Sjekk CRM-adressen i kontoens innstillinger.",
  try_again: "Kunderegisteret kan ikke nås akkurat nå. Vent litt og prøv igjen.",
  internal: "Noe gikk galt i koblingen. Prøv igjen, og meld fra med id-en hvis feilen består.",
  check_fields: "Sjekk opplysningene. {fields}",
  not_at_self_checkout: "Dette går ikke i selvbetjent kasse. Be betjeningen om hjelp.",
  customer_not_found: "Kunden finnes ikke lenger i registeret. Søk på nytt.",
  instrument_not_found: "Tilbudet eller bonussjekken er ikke denne kundens. Åpne kunden på nytt.",
  several_matches:
    "Flere kunder deler det du søkte på. Søk på noe annet, for eksempel medlemsnummeret.",
  already_member:
    "Allerede medlem. Søk på e-post, mobil eller fødselsnummer i stedet for å legge til.",
  being_created: "Kunden legges til akkurat nå. Vent noen sekunder og søk.",
  already_redeemed: "Allerede brukt et annet sted. Åpne kunden på nytt for å se hva som er igjen.",
  expired: "Utløpt og kan ikke brukes. Åpne kunden på nytt for å se hva som er igjen.",
  not_redeemable_here: "Tilbudet kan ikke brukes i butikk.",
  cannot_reverse: "Den kan ikke gis tilbake i kunderegisteret.",
  crm_busy: "Kunderegisteret er svært opptatt. Vent noen sekunder og prøv igjen.",
  crm_down: "Kunderegisteret er nede. Fortsett uten, eller prøv igjen om litt.",
  crm_silent: "Kunderegisteret svarte ikke i tide. Prøv igjen.",
  crm_unreadable:
    "Kunderegisteret ga et svar som ikke kan leses. Prøv igjen, og meld fra hvis feilen består.",
  crm_set_up: "Koblingen til kunderegisteret er satt opp feil. Kontakt support.",
  crm_refused: "Kunderegisteret sa nei. Åpne kunden på nytt og sjekk opplysningene.",
  not_supported: "Kunderegisteret har ingen slik funksjon.",
  used_at: "Allerede brukt{store}{time}. Den kan ikke brukes igjen.",
  in_use_at: "Den brukes akkurat nå{store}. Den kan ikke brukes to ganger.",
  just_undone: "Den ble nettopp gitt tilbake i denne kassen. Vent noen sekunder og bruk den så.",
  outcome_unknown:
    "Kunderegisteret har ikke bekreftet ennå. Prøv igjen straks; ingenting går tapt eller brukes to ganger.",
  too_late: "Kunderegisteret var for tregt, så ingenting ble brukt. Prøv igjen.",
  too_little_left: "Bare {left} er igjen på bonussjekken. Trekk ikke fra mer enn det.",
  redeem_paused:
    "Innløsning er slått av akkurat nå. Fortsett uten, eller spør support når den er tilbake.",
};

const da: Texts = {
  unauthorized:
    "Forkert brugernavn eller adgangskode til koblingen. Kontroller kontoens CRM-indstillinger.",
  too_many_attempts: "For mange forkerte log-ind. Vent et minut, og kontroller oplysningerne.",
  not_found: "Der er intet på denne adresse. Kontroller CRM-adressen i kontoens indstillinger.",
  try_again: "Kunderegistret kan ikke nås lige nu. Vent lidt, og prøv igen.",
  internal: "Noget gik galt i koblingen. Prøv igen, og meld id'et, hvis fejlen bliver ved.",
  check_fields: "Kontroller oplysningerne. {fields}",
  not_at_self_checkout: "Det kan ikke gøres i selvbetjeningskassen. Bed personalet om hjælp.",
  customer_not_found: "Kunden findes ikke længere i registret. Søg igen.",
  instrument_not_found: "Tilbuddet eller bonuschecken er ikke denne kundes. Åbn kunden igen.",
  several_matches:
    "Flere kunder deler det, du søgte på. Søg på noget andet, for eksempel medlemsnummeret.",
  already_member:
    "Allerede medlem. Søg på e-mail, mobil eller personnummer i stedet for at oprette.",
  being_created: "Kunden oprettes lige nu. Vent nogle sekunder, og søg derefter.",
  already_redeemed: "Allerede brugt et andet sted. Åbn kunden igen for at se, hvad der er tilbage.",
  expired: "Udløbet og kan ikke bruges. Åbn kunden igen for at se, hvad der er tilbage.",
  not_redeemable_here: "Tilbuddet kan ikke bruges i butik.",
  cannot_reverse: "Den kan ikke gives tilbage i kunderegistret.",
  crm_busy: "Kunderegistret er meget travlt. Vent nogle sekunder, og prøv igen.",
  crm_down: "Kunderegistret er nede. Fortsæt uden, eller prøv igen om lidt.",
  crm_silent: "Kunderegistret svarede ikke i tide. Prøv igen.",
  crm_unreadable:
    "Kunderegistret gav et svar, der ikke kan læses. Prøv igen, og meld det, hvis det bliver ved.",
  crm_set_up: "Koblingen til kunderegistret er sat forkert op. Kontakt support.",
  crm_refused: "Kunderegistret sagde nej. Åbn kunden igen, og kontroller oplysningerne.",
  not_supported: "Kunderegistret har ingen sådan funktion.",
  used_at: "Allerede brugt{store}{time}. Den kan ikke bruges igen.",
  in_use_at: "Den bruges lige nu{store}. Den kan ikke bruges to gange.",
  just_undone: "Den er lige givet tilbage ved denne kasse. Vent nogle sekunder, og brug den så.",
  outcome_unknown:
    "Kunderegistret har ikke bekræftet endnu. Prøv igen om lidt; intet går tabt eller bruges to gange.",
  too_late: "Kunderegistret var for langsomt, så intet blev brugt. Prøv igen.",
  too_little_left: "Der er kun {left} tilbage på bonuschecken. Træk ikke mere fra end det.",
  redeem_paused:
    "Indløsning er slået fra lige nu. Fortsæt uden, eller spørg support, hvornår den er tilbage.",
};

const fi: Texts = {
  unauthorized: "Väärä käyttäjätunnus tai salasana. Tarkista tilin CRM-asetukset.",
  too_many_attempts: "Liian monta väärää kirjautumista. Odota minuutti ja tarkista tunnukset.",
  not_found: "Osoitteessa ei ole mitään. Tarkista CRM-osoite tilin asetuksista.",
  try_again: "Asiakasrekisteriin ei juuri nyt saada yhteyttä. Odota hetki ja yritä uudelleen.",
  internal:
    "Yhdyskäytävässä tapahtui virhe. Yritä uudelleen ja ilmoita pyynnön tunnus, jos virhe toistuu.",
  check_fields: "Tarkista tiedot. {fields}",
  not_at_self_checkout: "Tätä ei voi tehdä itsepalvelukassalla. Pyydä apua henkilökunnalta.",
  customer_not_found: "Asiakasta ei enää ole rekisterissä. Hae uudelleen.",
  instrument_not_found: "Tarjous tai bonusseteli ei ole tämän asiakkaan. Avaa asiakas uudelleen.",
  several_matches: "Hakuehto sopii useaan asiakkaaseen. Hae muulla tiedolla, kuten jäsennumerolla.",
  already_member:
    "On jo jäsen. Hae sähköpostilla, matkapuhelimella tai henkilötunnuksella lisäämisen sijaan.",
  being_created: "Asiakasta lisätään juuri nyt. Odota muutama sekunti ja hae sitten.",
  already_redeemed: "On jo käytetty muualla. Avaa asiakas uudelleen nähdäksesi, mitä on jäljellä.",
  expired:
    "On vanhentunut, eikä sitä voi käyttää. Avaa asiakas uudelleen nähdäksesi, mitä on jäljellä.",
  not_redeemable_here: "Tarjousta ei voi käyttää myymälässä.",
  cannot_reverse: "Sitä ei voi palauttaa asiakasrekisterissä.",
  crm_busy: "Asiakasrekisteri on ruuhkautunut. Odota muutama sekunti ja yritä uudelleen.",
  crm_down: "Asiakasrekisteri ei ole käytössä. Jatka ilman sitä tai yritä hetken päästä.",
  crm_silent: "Asiakasrekisteri ei vastannut ajoissa. Yritä uudelleen.",
  crm_unreadable:
    "Asiakasrekisterin vastausta ei voi lukea. Yritä uudelleen ja ilmoita, jos virhe toistuu.",
  crm_set_up: "Yhteys asiakasrekisteriin on väärin asetettu. Ota yhteys tukeen.",
  crm_refused: "Asiakasrekisteri ei hyväksynyt. Avaa asiakas uudelleen ja tarkista tiedot.",
  not_supported: "Asiakasrekisterissä ei ole tällaista toimintoa.",
  used_at: "On jo käytetty{store}{time}. Sitä ei voi käyttää uudelleen.",
  in_use_at: "Sitä käytetään juuri nyt{store}. Sitä ei voi käyttää kahdesti.",
  just_undone: "Se palautettiin juuri tällä kassalla. Odota muutama sekunti ja käytä sitten.",
  outcome_unknown:
    "Asiakasrekisteri ei ole vielä vahvistanut. Yritä hetken päästä; mitään ei katoa eikä käytetä kahdesti.",
  too_late: "Asiakasrekisteri oli liian hidas, joten mitään ei käytetty. Yritä uudelleen.",
  too_little_left: "Bonussetelillä on jäljellä vain {left}. Älä vähennä enempää.",
  redeem_paused:
    "Lunastus on juuri nyt poissa käytöstä. Jatka ilman sitä tai kysy tuesta, milloin se palaa.",
};

const de: Texts = {
  unauthorized:
    "Falscher Benutzername oder falsches Passwort. Prüfen Sie die CRM-Einstellungen des Kontos.",
  too_many_attempts:
    "Zu viele falsche Anmeldungen. Warten Sie eine Minute und prüfen Sie die Zugangsdaten.",
  not_found:
    "Unter dieser Adresse gibt es nichts. Prüfen Sie die CRM-Adresse in den Einstellungen des Kontos.",
  try_again:
    "Das Kundenregister ist gerade nicht erreichbar. Warten Sie kurz und versuchen Sie es erneut.",
  internal:
    "Im Gateway ist etwas schiefgegangen. Versuchen Sie es erneut; melden Sie sonst die Anfrage-ID.",
  check_fields: "Prüfen Sie die Eingaben. {fields}",
  not_at_self_checkout:
    "Das geht nicht an der Selbstbedienungskasse. Bitten Sie das Personal um Hilfe.",
  customer_not_found: "Der Kunde ist nicht mehr im Register. Suchen Sie erneut.",
  instrument_not_found:
    "Das Angebot oder der Bonusscheck gehört nicht zu diesem Kunden. Öffnen Sie den Kunden erneut.",
  several_matches:
    "Mehrere Kunden teilen die Angabe. Suchen Sie mit etwas anderem, etwa der Mitgliedsnummer.",
  already_member:
    "Bereits Mitglied. Suchen Sie mit E-Mail, Mobilnummer oder Personennummer, statt neu anzulegen.",
  being_created: "Der Kunde wird gerade angelegt. Warten Sie einige Sekunden und suchen Sie dann.",
  already_redeemed:
    "Bereits anderswo eingelöst. Öffnen Sie den Kunden erneut, um zu sehen, was übrig ist.",
  expired:
    "Abgelaufen und nicht mehr einlösbar. Öffnen Sie den Kunden erneut, um zu sehen, was übrig ist.",
  not_redeemable_here: "Dieses Angebot gilt nicht im Laden.",
  cannot_reverse: "Es kann im Kundenregister nicht zurückgegeben werden.",
  crm_busy:
    "Das Kundenregister ist stark belastet. Warten Sie einige Sekunden und versuchen Sie es erneut.",
  crm_down:
    "Das Kundenregister ist ausgefallen. Machen Sie ohne weiter oder versuchen Sie es später.",
  crm_silent: "Das Kundenregister hat nicht rechtzeitig geantwortet. Versuchen Sie es erneut.",
  crm_unreadable:
    "Die Antwort des Kundenregisters ist nicht lesbar. Versuchen Sie es erneut und melden Sie es sonst.",
  crm_set_up:
    "Die Verbindung zum Kundenregister ist falsch eingerichtet. Wenden Sie sich an den Support.",
  crm_refused:
    "Das Kundenregister hat abgelehnt. Öffnen Sie den Kunden erneut und prüfen Sie die Eingaben.",
  not_supported: "Das Kundenregister hat keine solche Funktion.",
  used_at: "Bereits eingelöst{store}{time}. Es kann nicht noch einmal eingelöst werden.",
  in_use_at: "Es wird gerade eingelöst{store}. Es kann nicht zweimal eingelöst werden.",
  just_undone:
    "Es wurde eben an dieser Kasse zurückgegeben. Warten Sie einige Sekunden und lösen Sie es dann ein.",
  outcome_unknown:
    "Das Kundenregister hat noch nicht bestätigt. Gleich erneut versuchen; nichts geht verloren oder doppelt.",
  too_late:
    "Das Kundenregister war zu langsam, es wurde nichts eingelöst. Versuchen Sie es erneut.",
  too_little_left: "Auf dem Bonusscheck sind nur noch {left}. Ziehen Sie nicht mehr ab.",
  redeem_paused:
    "Das Einlösen ist zurzeit abgeschaltet. Machen Sie ohne weiter oder fragen Sie den Support.",
};

const texts: Readonly<Record<Language, Texts>> = { en, sv, nb, da, fi, de };

const storePhrase: Readonly<Record<Language, string>> = {
  en: " in store {id}",
  sv: " i butik {id}",
  nb: " i butikk {id}",
  da: " i butik {id}",
  fi: " (myymälä {id})",
  de: " in Filiale {id}",
};
const elsewhere: Readonly<Record<Language, string>> = {
  en: " at another till",
  sv: " i en annan kassa",
  nb: " i en annen kasse",
  da: " ved en anden kasse",
  fi: " toisella kassalla",
  de: " an einer anderen Kasse",
};

export type MessageValues = {
  readonly fields?: string;
  readonly storeId?: string;
  /** Epoch milliseconds. */
  readonly at?: number;
  readonly timeZone?: string;
  readonly locale?: string;
  /** An amount with its currency. */
  readonly left?: string;
};

/** The text that a cashier reads, in the market's language. */
export const message = (code: MessageCode, locale: string, values: MessageValues = {}): string => {
  const language = languageOf(locale);
  const store =
    values.storeId === undefined
      ? elsewhere[language]
      : storePhrase[language].replace("{id}", () => values.storeId ?? "");
  const time =
    values.at === undefined
      ? ""
      : `, ${new Intl.DateTimeFormat(locale, { dateStyle: "short", timeStyle: "short", timeZone: values.timeZone ?? "UTC" }).format(values.at)}`;
  return texts[language][code]
    .replace("{fields}", () => values.fields ?? "")
    .replace("{store}", () => store)
    .replace("{time}", () => time)
    .replace("{left}", () => values.left ?? "0")
    .trim();
};
