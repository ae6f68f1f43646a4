import * as changes from "./order_changes.ts";
import * as orderSearch from "./order_search.ts";
import * as write from "./order_write.ts";
import * as orders from "./orders.ts";
import * as returns from "./returns.ts";
import type { Guarded } from "./routes.ts";
import type { OmniumStore } from "./store.ts";

const READ = (): readonly string[] => ["OrderRead"];
const WRITE = (): readonly string[] => ["OrderAdmin"];
/** The role of the POS call is published, that of imports and returns is not (contracts/omnium.md §2). */
const POS = (): readonly string[] => ["POS Writer"];
const IMPORT = ({ profile }: OmniumStore): readonly string[] => profile.posImportRoles;

export const orderRoutes: readonly Guarded[] = [
  ["POST", "/Orders", WRITE, write.post],
  ["PUT", "/Orders", WRITE, write.put],
  ["PUT", "/Orders/PosOrders", POS, write.putPos],
  ["POST", "/Orders/AddMany", WRITE, write.addMany],
  ["POST", "/Orders/UpdateMany", WRITE, write.updateMany],
  ["POST", "/Orders/ImportMany", IMPORT, write.importMany],
  ["POST", "/Orders/Update", WRITE, changes.update],
  ["PUT", "/Orders/Update", WRITE, changes.update],
  ["POST", "/Orders/AddComment", WRITE, changes.addComment],
  ["POST", "/Orders/ExistMany", READ, orders.existMany],
  ["GET", "/Orders/GetOrdersForCustomer", READ, orders.forCustomer],
  ["GET", "/Orders/GetOrderForCustomer", READ, orders.oneForCustomer],
  ["POST", "/Orders/Search", READ, orderSearch.search],
  ["POST", "/Orders/Scroll", READ, orderSearch.scroll],
  ["GET", "/Orders/Scroll/:scrollId", READ, orderSearch.scrollOn],
  ["GET", "/Orders/Customers/:customerId/Orders", READ, orders.ofCustomer],
  ["POST", "/Orders/Customers/:customerId/Orders/Search", READ, orders.searchOfCustomer],
  ["HEAD", "/Orders/:orderId/Exists", READ, orders.exists],
  ["PATCH", "/Orders/:orderId/PatchOrder", WRITE, changes.patch],
  ["POST", "/Orders/:orderId/UpdateStatus", WRITE, changes.updateStatus],
  ["POST", "/Orders/:orderId/AddPayments", WRITE, changes.addPayments],
  ["GET", "/Orders/:orderId", READ, orders.read],
  ["POST", "/Returns/:orderId/Return", IMPORT, returns.post],
  ["POST", "/Returns/:orderId/UpdateStatus", IMPORT, returns.updateStatus],
];
